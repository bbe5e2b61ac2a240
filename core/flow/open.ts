import type { Config } from '../config/load.ts'
import { writes } from '../deliver/aim.ts'
import type { Registry } from '../rules/registry.ts'
import type { ConnectorState, Revision, Store } from '../store/port.ts'
import { createDecide } from './answering.ts'
import { type Clock, monotonic } from './clock.ts'
import { createConnectors, type Line } from './connecting.ts'
import type { Core, Log } from './core.ts'
import { createCourse } from './course.ts'
import { createDispatcher } from './dispatch.ts'
import { createInflow } from './inflow.ts'
import { createIntake } from './intake.ts'
import { createKeys } from './keys.ts'
import { createMetrics } from './metrics.ts'
import type { Operations } from './operations.ts'
import { createPhases } from './phases.ts'
import { createProfiles } from './profiles.ts'
import { rebuildIfNeeded } from './rebuild.ts'
import { createReports } from './reports.ts'
import { createRevising, revisionOf } from './revising.ts'
import { loadSamples } from './samples.ts'
import { createSchedule } from './schedule.ts'
import { createSweep } from './sweep.ts'
import { createIngest } from './taking.ts'
import type { OpenTool, openTool } from './tools.ts'
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
  readonly openTool: typeof openTool
  /** Reads the rule files again, for a publication. */
  readonly readRegistry: () => { readonly registry: Registry } | { readonly problems: readonly string[] }
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

const firstRevision = async (config: Config, store: Store, now: Clock): Promise<Revision> => {
  const current = await store.currentRevision()
  if (current !== null) return current
  const empty: Registry = { segments: [], slots: [], placements: [], offers: [], rules: [], examples: [] }
  const revision = revisionOf(config.publish === 'auto' ? config.registry : empty, 'hub', now())
  await store.publish(revision, {
    at: now(),
    actor: 'hub',
    action: 'publish',
    subject: revision.id,
    detail: { into: 'an empty registry' },
  })
  return revision
}

const openTools = async (options: FlowOptions, now: Clock): Promise<readonly OpenTool[]> => {
  const { config, store, data, log } = options
  const states = new Map<string, ConnectorState>(
    (await store.connectorStates()).map((state) => [state.connector, state]),
  )
  const attempts = await Promise.allSettled(
    Object.entries(config.connectors).map(([key, settings]) =>
      options.openTool(key, settings, states.get(key), { config, data, now, log }),
    ),
  )
  const opened = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []))
  const failed = attempts.find((attempt) => attempt.status === 'rejected')
  if (failed !== undefined) {
    await Promise.all(opened.map((each) => each.close()))
    throw failed.reason
  }
  for (const { tool } of opened) await store.commit({ connector: tool.state })
  return opened
}

/** Puts the parts together over a store: everything but HTTP. */
export const openFlow = async (options: FlowOptions): Promise<Flow> => {
  const { config, store, log } = options
  const now = monotonic(options.clock)
  const opened = await openTools(options, now)
  const tools = opened.map(({ tool }) => tool)
  const walk = await openWalk(store)
  const course = createCourse(config, tools, await firstRevision(config, store, now), walk)
  const waiting = new Set(['tools', 'samples', 'deliveries'])
  let wake = () => {}
  const core: Core = {
    store,
    writer: createWriter(),
    now,
    chance: options.chance,
    basis: course.basis,
    walk,
    committed: () => wake(),
    log,
  }
  const rebuilt = await rebuildIfNeeded(core)
  if (rebuilt > 0) log.info({ messages: rebuilt }, 'profiles rebuilt from the log')

  const intake = createIntake(core)
  const ingest = createIngest(core, intake)
  const phases = createPhases(core, course)
  const lines = new Map<string, Line>(
    tools.map((tool) => [
      tool.key,
      {
        tool,
        dispatcher: createDispatcher(core, tool),
        sweep: createSweep(core, tool),
        inflow: createInflow(core, intake, tool),
      },
    ]),
  )
  const connectors = createConnectors(core, course, lines, phases)
  const schedule = createSchedule(core, lines, phases, { unattended: options.unattended, recheck: connectors.check })
  wake = schedule.wake

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
  const begin = async (): Promise<void> => {
    await Promise.all([...lines.values()].map(reachOrTell))
    waiting.delete('tools')
    await loadSamples(
      config.samples.map(({ file }) => file),
      ingest,
      log,
    )
    waiting.delete('samples')
    await schedule.settle()
    await Promise.all([...lines.values()].map(({ sweep }) => sweep.round('unseen')))
    await schedule.settle()
    waiting.delete('deliveries')
  }
  let closing = false
  let begun = Promise.resolve()
  const operations: Operations = {
    ...ingest,
    ...createDecide(core),
    ...createProfiles(core),
    ...createRevising(core, course, options.readRegistry),
    ...connectors,
    ...createReports(core),
    ...createKeys(core, options.adminKey),
    readiness: () => ({ ready: waiting.size === 0, waitingFor: [...waiting] }),
    metrics: createMetrics(core, intake),
  }
  return {
    operations,
    begin: () => {
      begun = begin().catch((error: unknown) => {
        if (!closing) throw error
      })
      return begun
    },
    settle: schedule.settle,
    close: async () => {
      closing = true
      await schedule.stop()
      await Promise.all(opened.map((each) => each.close()))
      await begun.catch(() => undefined)
      await core.writer.idle()
      await store.close()
    },
  }
}
