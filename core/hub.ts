import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pino } from 'pino'
import { openDoors } from './api/door.ts'
import { serve } from './api/serve.ts'
import type { Config } from './config/load.ts'
import { embeddedFile } from './config/store-setting.ts'
import { configFiles } from './flow/config-files.ts'
import { openFlow } from './flow/open.ts'
import { coherenceTable } from './flow/table.ts'
import { openTool } from './flow/tools.ts'
import { watchFiles } from './flow/watching.ts'
import { openSqlite } from './store/sqlite.ts'

export interface HubOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where the hub tells a person what to know. */
  readonly out: (line: string) => void
}
export interface RunningHub {
  readonly url: string
  /** Reads all config files again. */
  readonly reload: () => Promise<void>
  readonly close: () => Promise<void>
}
/** The config is not fit to start with; `problems` are one line each. */
class ConfigProblems extends Error {
  override readonly name = 'ConfigProblems'
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(`reading the config: ${problems.length} problem${problems.length === 1 ? '' : 's'}`)
    this.problems = problems
  }
}
/** How often the config files are looked at. */
const lookMs = 1_000
const graceMs = 10_000

/** The embedded store's file. What the interface names and is not built yet is said, never passed over. */
export const storePath = (config: Config, data: string): string => {
  const file = embeddedFile(config.store, data)
  const problems = [
    ...(file !== null ? [] : [`store: found "${config.store}", allowed sqlite:<path>; PostgreSQL is not built yet`]),
    ...(config.stream === 'embedded'
      ? []
      : [`stream: found "${config.stream}", allowed embedded; NATS is not built yet`]),
  ]
  if (file === null || problems.length > 0) throw new ConfigProblems(problems)
  return file
}

/** The admin key: from outside, or made at the first start and kept where only this user can read it. */
const adminKeyOf = (env: HubOptions['env'], data: string): { key: string; fresh: boolean } => {
  if (env.LEITSTERN_ADMIN_KEY) return { key: env.LEITSTERN_ADMIN_KEY, fresh: false }
  const file = join(data, 'admin.key')
  if (existsSync(file)) return { key: readFileSync(file, 'utf8').trim(), fresh: false }
  const key = `ls_admin_${randomBytes(32).toString('base64url')}`
  writeFileSync(file, `${key}\n`, { mode: 0o600 })
  chmodSync(file, 0o600)
  return { key, fresh: true }
}

/** What the environment says where to find, and the config that is there. Throws `ConfigProblems` when that is not fit. */
export const surroundings = async (env: HubOptions['env']) => {
  const files = configFiles(env.LEITSTERN_CONFIG ?? 'config/hub.yaml', env)
  const loaded = await files.read()
  if ('problems' in loaded) throw new ConfigProblems(loaded.problems)
  return { files, config: loaded.config, data: resolve(env.LEITSTERN_DATA ?? 'data') }
}

/** Starts the hub: the one place that wires. Throws `ConfigProblems` when the config is not fit. */
export const startHub = async ({ env, out }: HubOptions): Promise<RunningHub> => {
  const { files, config, data } = await surroundings(env)
  const watching = watchFiles(files.paths, lookMs)
  mkdirSync(data, { recursive: true })
  const { key, fresh } = adminKeyOf(env, data)
  const log = pino({ level: env.LEITSTERN_LOG ?? 'warn', base: null })
  const flow = await openFlow({
    config,
    store: openSqlite(storePath(config, data)),
    data,
    adminKey: key,
    clock: Date.now,
    chance: Math.random,
    log,
    unattended: true,
    openTool,
    readConfig: files.read,
  })
  const doors = openDoors(flow.operations, { log, now: Date.now })
  const serving = await serve(doors, { host: env.HOST ?? '127.0.0.1', port: Number(env.PORT ?? 4600) }).catch(
    async (error: unknown) => {
      await flow.close()
      throw error
    },
  )
  out(`${config.hub.name}: Leitstern listens at ${serving.url}`)
  out(
    fresh
      ? `admin key of the first start: ${key}`
      : `admin key: as before (${env.LEITSTERN_ADMIN_KEY ? 'LEITSTERN_ADMIN_KEY' : join(data, 'admin.key')})`,
  )
  const reload = async () => {
    const done = await flow.operations.reload({ name: 'hub' })
    if ('problems' in done) return
    if (done.changed.length > 0) out(`config taken over: ${done.changed.join(', ')}`)
    if (done.waiting.length > 0)
      out(`${done.waiting.length} entries of the rule files wait for a publication: npx leitstern publish`)
  }
  watching.begin(reload)
  let closing = false
  const begun = flow
    .begin()
    .then(() => (closing ? undefined : tell()))
    // Whoever stops a hub while it is still telling what it found has stopped it, and nothing went wrong.
    .catch((error: unknown) => (closing ? undefined : log.error({ err: error }, 'the hub could not begin')))
  const tell = async () => {
    out('')
    for (const line of await coherenceTable(flow.operations)) out(line)
    out('')
    for (const view of await flow.operations.connectors())
      if (view.sandbox !== null) out(`${view.id} (sandbox of ${view.title}): ${view.sandbox.url}`)
    for (const line of whatToTry(serving.url)) out(line)
  }
  return {
    url: serving.url,
    reload,
    close: async () => {
      closing = true
      watching.stop()
      await serving.close(graceMs)
      await flow.close()
      await begun
    },
  }
}

const whatToTry = (url: string): readonly string[] => [
  '',
  'What to try next (with the admin key in LEITSTERN_KEY):',
  `  curl -s -H "Authorization: Bearer $LEITSTERN_KEY" ${url}/v1/reports/coherence`,
  `  curl -s -H "Authorization: Bearer $LEITSTERN_KEY" "${url}/v1/profiles?limit=3"`,
  '  npx leitstern connectors                 what each tool is doing',
  '  npx leitstern phase shop live            what would change, then with --yes',
  `  API: ${url}/docs, described at ${url}/openapi.json`,
]
