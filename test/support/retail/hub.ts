import { join } from 'node:path'
import { openDoors } from '../../../core/api/door.ts'
import { serve } from '../../../core/api/serve.ts'
import { createClient } from '../../../core/cli/client.ts'
import { run } from '../../../core/cli/program.ts'
import type { Shell } from '../../../core/cli/shell.ts'
import { formatProblem } from '../../../core/config/problem.ts'
import { knownPlugins, readConfig } from '../../../core/flow/configure.ts'
import { openFlow } from '../../../core/flow/open.ts'
import type { Store } from '../../../core/store/port.ts'
import { openSqlite } from '../../../core/store/sqlite.ts'
import { openUnpaced } from '../unpaced.ts'
import type { Buyer } from './lines.ts'
import { writeShop } from './shop.ts'

/** The night after the file's last order. */
const tonight = Date.parse('2011-12-10T00:00:00Z')
const key = 'retail-admin'

/** The store, and how often it was written to. */
const counted = (store: Store) => {
  const commits = { count: 0 }
  const commit: Store['commit'] = (change) => {
    commits.count += 1
    return store.commit(change)
  }
  return { commits, store: { ...store, commit } }
}
const configAt = async (file: string) => {
  const loaded = readConfig(file, {}, await knownPlugins(file))
  if ('problems' in loaded) throw new Error(loaded.problems.map(formatProblem).join('\n'))
  return loaded.config
}

/** The shop's hub, on a store in the folder and served over HTTP, with a clock that stands still. */
export const openRetailHub = async (folder: string, buyers: readonly Buyer[]) => {
  const file = writeShop(
    folder,
    buyers.map(({ email }) => email),
  )
  const config = await configAt(file)
  const { store, commits } = counted(openSqlite(join(folder, 'retail.db')))
  const log = { info: () => {}, warn: console.warn, error: console.error }
  const flow = await openFlow({
    config,
    store,
    data: null,
    adminKey: key,
    clock: () => tonight,
    chance: () => 0.5,
    log,
    unattended: false,
    openTool: openUnpaced,
    readRegistry: () => config,
  })
  await flow.begin()
  const serving = await serve(openDoors(flow.operations, { log, now: () => tonight }), { host: '127.0.0.1', port: 0 })
  const { get, post } = createClient({ url: serving.url, key })

  return {
    store,
    commits,
    settle: flow.settle,
    get,
    post,
    /** Runs a command line against this hub, as an admin would. */
    leitstern: async (...argv: readonly string[]) => {
      const lines: string[] = []
      const shell: Shell = {
        env: { LEITSTERN_CONFIG: file, LEITSTERN_URL: serving.url, LEITSTERN_KEY: key },
        out: (line) => lines.push(line),
        err: () => {},
        wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        startHub: () => Promise.reject(new Error('the hub runs already')),
        untilStopped: () => Promise.resolve(),
      }
      return { code: await run(argv, shell), out: lines.join('\n') }
    },
    close: async () => {
      await serving.close(1_000)
      await flow.close()
    },
  }
}
export type RetailHub = Awaited<ReturnType<typeof openRetailHub>>
