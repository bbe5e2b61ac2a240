import { type Difference, difference } from '../config/difference.ts'
import type { Config } from '../config/load.ts'
import { checkRevision } from '../config/registry-check.ts'
import { writes } from '../deliver/aim.ts'
import type { Registry } from '../rules/registry.ts'
import type { AuditEntry, Revision } from '../store/stored.ts'
import { foldingOf } from './basis.ts'
import type { Core } from './core.ts'
import type { Course, Heading } from './course.ts'
import { type Line, type Lines, openLines, retire } from './lines.ts'
import { needsOf } from './needs.ts'
import type { Passage } from './passage.ts'
import { type Rebuilt, rebuildBeside } from './rebuild-beside.ts'
import type { Schedule } from './schedule.ts'
import { succeed, type Tool } from './tool.ts'
import type { OpenTool } from './tools.ts'

/** What was taken over: the paths of all that differed. */
export interface Adopted {
  readonly changed: readonly string[]
}
/** What stands in the way; nothing was changed. A sentence each. */
export interface Obstacles {
  readonly problems: readonly string[]
}
/**
 * Runs by a config from now on, and by a revision if one is given: both at once, or not at all. One at a time. The
 * answer comes when it is done; new connectors are reached, and profiles decided again, after that.
 */
export type Adopt = (config: Config, revision: Revision | null, actor: string) => Promise<Adopted | Obstacles>

/** What adopting works with. */
export interface Hands {
  readonly passage: Passage
  readonly lines: Lines
  readonly schedule: Schedule
  /** Opens a connector; `before` is the line in whose place it comes. */
  readonly open: (key: string, config: Config, before: Line | undefined) => Promise<OpenTool>
  readonly lineOf: (open: OpenTool, before?: Line) => Line
  /** Told of the connectors that were opened and the sample files that are new, when all is done. */
  readonly welcome: (lines: readonly Line[], samples: readonly string[]) => void
  /** Told of lines that have begun to end. */
  readonly leaving: (ended: Promise<void>) => void
  /** The hub is stopping. */
  readonly stopped: () => boolean
}

/** What is new, made and not yet in use. */
interface Prepared {
  readonly heading: Heading
  readonly opened: readonly OpenTool[]
  readonly rebuilt: Rebuilt | null
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Nobody sits at a sandbox to press the button: it gets the fields of a new map before anything is sent. */
const furnish = async (tool: Tool, heading: Heading): Promise<void> => {
  if (tool.sandboxUrl === null || !writes(tool.state.phase)) return
  await tool.connector.setup?.(tool.context('setup'), needsOf(heading, tool))
}

/** What the revision in use says that fits the next config less than it fits the present one. */
const misfits = (registry: Registry, from: Config, to: Config): readonly string[] => {
  const told = (config: Config) =>
    checkRevision(registry, { ...config, settings: config.profile, ...config.hub }, from.connectors).map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    )
  const known = new Set(told(from))
  return told(to)
    .filter((problem) => !known.has(problem))
    .map((problem) => `the rules in use do not fit this, ${problem}; publish the rule files together with it`)
}

export const createAdopting = (core: Core, course: Course, hands: Hands): Adopt => {
  const { lines, schedule, passage } = hands

  /** In config only `off` acts at once; of a connector that was known before, the phase that was set stays. */
  const inherit = ({ tool }: OpenTool, actor: string): readonly AuditEntry[] => {
    const before = lines.get(tool.key)
    if (before === undefined) return []
    succeed(before.tool, tool)
    const { phase: from, phaseSince: since } = tool.state
    if (tool.settings.phase !== 'off' || from === 'off') return []
    const at = core.now()
    tool.state = { ...tool.state, phase: 'off', next: null, phaseSince: at }
    return [{ at, actor, action: 'phase', subject: tool.key, detail: { from, since, to: 'off', next: null } }]
  }
  /** The durable part: what outlives a restart. */
  const store = async (opened: readonly OpenTool[], audit: readonly AuditEntry[]): Promise<void> => {
    for (const { tool } of opened) await core.store.commit({ connector: tool.state })
    await core.store.commit({ audit })
  }
  const publish = async (revision: Revision, actor: string): Promise<void> => {
    const detail = { from: course.revision().id }
    const entry = { at: revision.publishedAt, actor, action: 'publish', subject: revision.id, detail }
    await core.store.publish(revision, entry)
  }

  /** Puts the new lines in the place of the old, which begin no send any more; answers those. In one go, so that nobody sees half of it. */
  const exchange = (opened: readonly OpenTool[], removed: readonly string[]): readonly Line[] => {
    const old = [...opened.map(({ tool }) => tool.key), ...removed].flatMap((key) => lines.get(key) ?? [])
    for (const { dispatcher } of old) void dispatcher.stop()
    const made = opened.map((open) => hands.lineOf(open, lines.get(open.tool.key)))
    for (const key of removed) lines.delete(key)
    for (const line of made) lines.set(line.tool.key, line)
    return old
  }

  /** Of what was opened in vain: a sandbox that was there before goes on. */
  const discard = async (open: OpenTool): Promise<void> => {
    const before = lines.get(open.tool.key)?.open.sandbox
    if (open.sandbox !== null && open.sandbox === before) open.letGo()
    else await open.close()
  }

  /** Makes all that is new beside what is in use, where nobody sees it yet. */
  const prepare = async (config: Config, revision: Revision, { connectors, folds }: Difference): Promise<Prepared> => {
    const heading = course.prepare(config, revision)
    const keys = [...connectors.added, ...connectors.changed]
    const opened = await openLines(keys, (key) => hands.open(key, config, lines.get(key)), discard)
    try {
      await Promise.all(opened.map(({ tool }) => furnish(tool, heading)))
      return { heading, opened, rebuilt: folds ? await rebuildBeside(core, foldingOf(config), hands.stopped) : null }
    } catch (error) {
      await Promise.all(opened.map(discard))
      throw error
    }
  }

  /** Takes it into use, in the writer; answers the lines that are to end. */
  const swap = async (
    { heading, opened, rebuilt }: Prepared,
    revision: Revision | null,
    { paths, connectors }: Difference,
    actor: string,
  ): Promise<readonly Line[]> => {
    await rebuilt?.finish()
    const phases = opened.flatMap((open) => inherit(open, actor))
    const entry = { at: core.now(), actor, action: 'config', subject: 'hub', detail: { paths, ...connectors } }
    if (paths.length > 0) await store(opened, [entry, ...phases])
    if (revision !== null) await publish(revision, actor)
    const ended = exchange(opened, connectors.removed)
    heading.follow()
    schedule.follow()
    return ended
  }

  const takeOver = async (config: Config, revision: Revision | null, plan: Difference, actor: string) => {
    const prepared = await prepare(config, revision ?? course.revision(), plan)
    const { opened, rebuilt } = prepared
    const inWriter = () => core.writer.run('front', () => swap(prepared, revision, plan, actor))
    const ended = await passage.alone(inWriter).catch(async (error: unknown) => {
      await rebuilt?.drop()
      await Promise.all(opened.map(discard))
      throw error
    })
    const kept = new Set(opened.flatMap(({ sandbox }) => sandbox ?? []))
    for (const line of ended) hands.leaving(retire(line, kept))
    const made = opened.flatMap(({ tool }) => lines.get(tool.key) ?? [])
    hands.welcome(made, plan.samples)
    core.committed()
  }

  return async (config, revision, actor) => {
    const from = course.config()
    const plan = difference(from, config)
    const strange = revision === null ? misfits(course.basis().program.registry, from, config) : []
    const problems = [...plan.refused, ...strange]
    if (problems.length > 0) return { problems }
    if (plan.paths.length === 0 && revision === null) return { changed: [] }
    try {
      await takeOver(config, revision, plan, actor)
      return { changed: plan.paths }
    } catch (error) {
      core.log.warn({ err: error }, 'taking over the config failed')
      return { problems: [`taking over the config: ${textOf(error)}`] }
    }
  }
}
