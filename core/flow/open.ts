import type { Config } from '../config/load.ts'
import { writes } from '../deliver/aim.ts'
import { registry as registrySchema } from '../rules/registry.ts'
import type { Store } from '../store/port.ts'
import type { Revision } from '../store/stored.ts'
import { createAdopting, type Hands } from './adopting.ts'
import { createDecide } from './answering.ts'
import { createCensus } from './census.ts'
import { createChores } from './chores.ts'
import { type Clock, monotonic } from './clock.ts'
import { numberCommits } from './commits.ts'
import { createConnectors } from './connecting.ts'
import type { Core, Log } from './core.ts'
import { createCounting } from './counting.ts'
import { createCourse } from './course.ts'
import { createImports } from './imports.ts'
import { createIntake } from './intake.ts'
import { createKeys } from './keys.ts'
import { createLine, type Line, type Lines, openLines } from './lines.ts'
import { createMetrics } from './metrics.ts'
import type { Ingest, Operations } from './operations.ts'
import { payErasures } from './owed.ts'
import { createPassage } from './passage.ts'
import { createPhases } from './phases.ts'
import { createProfiles } from './profiles.ts'
import { rebuildIfNeeded } from './rebuild.ts'
import { createReloading, type ReadConfig } from './reloading.ts'
import { createReports } from './reports.ts'
import { autoRevision, createRevising, revisionOf } from './revising.ts'
import { loadSamples } from './samples.ts'
import { createSchedule } from './schedule.ts'
import { createIngest } from './taking.ts'
import type { openTool } from './tools.ts'
import { createUpkeep } from './upkeep.ts'
import { openWalk } from './walk.ts'
import { createWriter } from './writer.ts'

export interface FlowOptions {
  readonly config: Config
  readonly store: Store
  /** The data folder; null: sandboxes keep nothing. */
  readonly data: string | null
  readonly adminKey: string
  readonly clock: Clock
  /** In [0, 1): jitter. */
  readonly chance: () => number
  readonly log: Log
  /** false: nothing happens by itself, only when `settle` is asked for; for tests on a clock of their own. */
  readonly unattended: boolean
  /** true: nothing is sent, whatever is asked for: for a command that works on the store while no hub runs. */
  readonly resting?: boolean
  readonly openTool: typeof openTool
  /** Reads all config and rule files again, for a reload or a publication. */
  readonly readConfig: ReadConfig
}
/** The hub without its HTTP server. */
export interface Flow {
  readonly operations: Operations
  /** Reaches the tools, sets up sandboxes, loads the sample customers and looks at every tool once. */
  readonly begin: () => Promise<void>
  /** Resolves when nothing is to be done at this instant. */
  readonly settle: () => Promise<void>
  readonly close: () => Promise<void>
}

const emptyRegistry = registrySchema.parse({})

const firstRevision = async (config: Config, store: Store, now: Clock): Promise<Revision> => {
  const current = await store.currentRevision()
  const known = current === null ? emptyRegistry : registrySchema.parse(JSON.parse(current.body))
  const automatic = autoRevision(config, known, now())
  if (current !== null && automatic === null) return current
  const revision = automatic ?? revisionOf(emptyRegistry, 'hub', now())
  await store.publish(revision, {
    at: now(),
    actor: 'hub',
    action: 'publish',
    subject: revision.id,
    detail: { into: 'an empty registry' },
  })
  return revision
}

/** Puts the parts together over a store: everything but HTTP. */
export const openFlow = async (options: FlowOptions): Promise<Flow> => {
  const { data, log } = options
  const commits = await numberCommits(options.store)
  const { store } = commits
  const now = monotonic(options.clock)
  const states = async () => new Map((await store.connectorStates()).map((state) => [state.connector, state]))
  const openConnector: Hands['open'] = async (key, config, before) => {
    const settings = config.connectors[key]
    if (settings === undefined) throw new Error(`opening the connector ${key}: the config has none of that name`)
    const stored = before?.tool.state ?? (await states()).get(key)
    return options.openTool(key, settings, stored, { config, data, now, log, sandbox: before?.open.sandbox ?? null })
  }
  const { config } = options
  const opened = await openLines(
    Object.keys(config.connectors),
    (key) => openConnector(key, config, undefined),
    (each) => each.close(),
  )
  for (const { tool } of opened) await store.commit({ connector: tool.state })

  const walk = await openWalk(store)
  const waiting = new Set(['tools', 'samples', 'deliveries'])
  let wake = () => {}
  const core: Core = {
    store,
    writer: createWriter(),
    now,
    openedAt: now(),
    chance: options.chance,
    basis: () => course.basis(),
    walk,
    committed: () => wake(),
    log,
  }
  const intake = createIntake(core)
  const passage = createPassage()
  const lineOf = createLine(core, intake, passage)
  const lines: Lines = new Map(opened.map((each) => [each.tool.key, lineOf(each)]))
  const course = createCourse(config, lines, await firstRevision(config, store, now), walk)
  const rebuilt = await rebuildIfNeeded(core)
  if (rebuilt > 0) log.info({ messages: rebuilt }, 'profiles rebuilt from the log')
  const erased = await payErasures(core)
  if (erased > 0) log.info({ customers: erased }, 'erased again, for an older store was put back')

  const taking = createIngest(core, intake)
  const ingest: Ingest = { ingest: (messages, how) => passage.through(() => taking.ingest(messages, how)) }
  const phases = createPhases(core, course)
  const connectors = createConnectors(core, course, lines, phases)
  const schedule = createSchedule(core, lines, phases, { unattended: options.unattended, recheck: connectors.check })
  if (!options.resting) wake = schedule.wake

  const reach = async ({ tool, inflow }: Line): Promise<void> => {
    if (tool.state.phase === 'off') return
    const reached = await connectors.check(tool.key)
    if ('denied' in reached) throw new Error(reached.denied)
    if (tool.sandboxUrl !== null && writes(tool.state.phase)) await connectors.setup(tool.key, { name: 'hub' })
    if (tool.settings.pull !== undefined) await inflow.pull()
  }
  /** A tool that cannot be reached keeps nobody waiting: its schedule tries again. */
  const reachOrTell = (line: Line): Promise<void> =>
    reach(line).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error)
      log.warn({ connector: line.tool.key, reason }, 'the tool could not be reached')
    })
  const loadFiles = (files: readonly string[]) => loadSamples(files, ingest, log)
  const begin = async (): Promise<void> => {
    await Promise.all([...lines.values()].map(reachOrTell))
    waiting.delete('tools')
    await loadFiles(config.samples.map(({ file }) => file))
    waiting.delete('samples')
    await schedule.settle()
    await Promise.all([...lines.values()].map(({ sweep }) => sweep.round('unseen')))
    await schedule.settle()
    waiting.delete('deliveries')
  }
  /** What a change of config leaves to be done, in the background. */
  const chores = createChores((error) => log.error({ err: error }, 'what a change of config left to be done failed'))
  let closing = false
  let begun = Promise.resolve()
  const adopt = createAdopting(core, course, {
    passage,
    lines,
    schedule,
    open: openConnector,
    lineOf,
    welcome: (made, samples) =>
      chores.add(async () => {
        await Promise.all(made.map(reachOrTell))
        await loadFiles(samples)
      }),
    leaving: (ended) => chores.add(() => ended),
    stopped: () => closing,
  })
  const { idle, ...reloading } = createReloading(core, course, options.readConfig, adopt)
  const operations: Operations = {
    ...ingest,
    ...createImports(store),
    ...createDecide(core),
    ...createProfiles(core),
    ...createRevising(core),
    ...reloading,
    ...createCounting(core, commits, createCensus(core, commits)),
    ...connectors,
    ...createReports(core),
    ...createKeys(core, options.adminKey),
    ...createUpkeep(core, data),
    readiness: () => ({ ready: waiting.size === 0, waitingFor: [...waiting] }),
    metrics: createMetrics(core, intake, reloading.config),
  }
  return {
    operations,
    begin: () => {
      begun = begin().catch((error: unknown) => {
        if (!closing) throw error
      })
      return begun
    },
    settle: async () => {
      await chores.done()
      await schedule.settle()
    },
    close: async () => {
      closing = true
      await idle()
      await schedule.stop()
      await Promise.all([...lines.values()].map(({ open }) => open.close()))
      await begun.catch(() => undefined)
      await chores.done()
      await core.writer.idle()
      await store.close()
    },
  }
}
