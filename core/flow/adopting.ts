import { difference } from '../config/difference.ts'
import type { Config } from '../config/load.ts'
import { checkRevision } from '../config/registry-check.ts'
import type { Registry } from '../rules/registry.ts'
import type { AuditEntry, Revision } from '../store/port.ts'
import { foldingOf } from './basis.ts'
import type { Core } from './core.ts'
import type { Course } from './course.ts'
import { type Line, type Lines, openLines, retire } from './lines.ts'
import type { Passage } from './passage.ts'
import { type Rebuilt, rebuildBeside } from './rebuild-beside.ts'
import type { Schedule } from './schedule.ts'
import { succeed } from './tool.ts'
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

type ConfigEntry = AuditEntry & { readonly detail: { readonly paths: readonly string[] } }

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

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

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

  /** The durable part: what outlives a restart. */
  const store = async (opened: readonly OpenTool[], revision: Revision | null, entry: ConfigEntry): Promise<void> => {
    for (const { tool } of opened) await core.store.commit({ connector: tool.state })
    if (entry.detail.paths.length > 0) await core.store.commit({ audit: [entry] })
    if (revision === null) return
    const detail = { from: course.revision().id }
    await core.store.publish(revision, { ...entry, action: 'publish', subject: revision.id, detail })
  }

  /** In config only `off` acts at once; of a connector that was known before, the phase that was set stays. */
  const inherit = (before: Line | undefined, { tool }: OpenTool): void => {
    if (before === undefined) return
    succeed(before.tool, tool)
    if (tool.settings.phase === 'off' && tool.state.phase !== 'off')
      tool.state = { ...tool.state, phase: 'off', next: null, phaseSince: core.now() }
  }

  /** Puts the new lines in the place of the old; answers those that are to end. In one go, so that nobody sees half of it. */
  const exchange = (opened: readonly OpenTool[], removed: readonly string[]): readonly Line[] => {
    const old = [...opened.map(({ tool }) => tool.key), ...removed].flatMap((key) => lines.get(key) ?? [])
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

  return async (config, revision, actor) => {
    const from = course.config()
    const { refused, paths, connectors, folds, samples } = difference(from, config)
    const strange = revision === null ? misfits(course.basis().program.registry, from, config) : []
    const problems = [...refused, ...strange]
    if (problems.length > 0) return { problems }
    if (paths.length === 0 && revision === null) return { changed: [] }

    let opened: readonly OpenTool[] = []
    let rebuilt: Rebuilt | null = null
    try {
      const follow = course.prepare(config, revision ?? course.revision())
      opened = await openLines(
        [...connectors.added, ...connectors.changed],
        (key) => hands.open(key, config, lines.get(key)),
        discard,
      )
      if (folds) rebuilt = await rebuildBeside(core, foldingOf(config), hands.stopped)
      const old = await passage.alone(() =>
        core.writer.run('front', async () => {
          await rebuilt?.finish()
          for (const open of opened) inherit(lines.get(open.tool.key), open)
          const detail = { paths, ...connectors }
          await store(opened, revision, { at: core.now(), actor, action: 'config', subject: 'hub', detail })
          const ended = exchange(opened, connectors.removed)
          follow()
          schedule.follow()
          return ended
        }),
      )
      const kept = new Set(opened.flatMap(({ sandbox }) => sandbox ?? []))
      for (const line of old) hands.leaving(retire(line, kept))
      hands.welcome(
        opened.flatMap(({ tool }) => lines.get(tool.key) ?? []),
        samples,
      )
      core.committed()
      return { changed: paths }
    } catch (error) {
      await rebuilt?.drop()
      await Promise.all(opened.map(discard))
      core.log.error({ err: error }, 'taking over the config failed')
      return { problems: [`taking over the config: ${textOf(error)}`] }
    }
  }
}
