import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { benchFolder } from './folder.ts'
import { type Load, openLoad } from './load.ts'
import { type Measured, measured } from './measured.ts'
import { batches, createMessages } from './messages.ts'
import { benchHubSettings, profileConfig, registryOf } from './registry.ts'

export interface BenchHub extends Measured {
  readonly url: string
  /** Resolves when the hub says that it is ready. */
  readonly ready: () => Promise<void>
  /** So many connections to it. */
  readonly load: (connections: number) => Load
}
export interface BenchHubOptions {
  readonly rules: number
  /** The config's connectors. */
  readonly connectors?: Readonly<Record<string, unknown>>
  /** Where the data lie; a new folder unless stated. */
  readonly data?: string
}
const key = 'bench-admin'

const writeConfig = (folder: string, { rules, connectors = {} }: BenchHubOptions): string => {
  // JSON is YAML.
  const write = (name: string, value: unknown) => writeFileSync(join(folder, name), JSON.stringify(value))
  mkdirSync(join(folder, 'rules'), { recursive: true })
  write('hub.yaml', { hub: benchHubSettings, connectors })
  write('profile.yaml', profileConfig)
  write('rules/all.yaml', registryOf(rules))
  return join(folder, 'hub.yaml')
}

/** A whole hub with an HTTP server, in a process of its own. */
export const benchHub = async (options: BenchHubOptions): Promise<BenchHub> => {
  const folder = benchFolder()
  const env = {
    LEITSTERN_CONFIG: writeConfig(folder, options),
    LEITSTERN_DATA: options.data ?? join(folder, 'data'),
    LEITSTERN_ADMIN_KEY: key,
    LEITSTERN_LOG: 'error',
    PORT: '0',
  }
  const hub = await measured('hub', env)
  const url = z.string().parse(await hub.ask('url'))
  const ready = async () => {
    while ((await fetch(`${url}/readyz`)).status !== 200) await setTimeout(20)
  }
  return { ...hub, url, ready, load: (connections) => openLoad(url, key, connections) }
}

/** Tells the hub of so many customers: 32 traits and some events each. */
export const populate = async ({ load }: BenchHub, people: number): Promise<void> => {
  const messages = createMessages(people, 7)
  const everybody = [...Array(people).keys()]
  const told = everybody.flatMap((person) => [
    messages.identify(person),
    ...Array.from({ length: 5 }, () => messages.track(person)),
  ])
  const { send, close } = load(4)
  await send('/v1/batch', batches(told, 120))
  close()
}
