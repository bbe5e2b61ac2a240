import { difference } from '../config/difference.ts'
import type { Config } from '../config/load.ts'
import { registryDifference } from '../rules/registry-difference.ts'
import type { Revision } from '../store/stored.ts'
import type { Adopt, Adopted, Obstacles } from './adopting.ts'
import type { Actor } from './asking.ts'
import type { ConfigOperations, RegistryOperations } from './config-operations.ts'
import type { Core } from './core.ts'
import type { Course } from './course.ts'
import { foresee } from './foreseeing.ts'
import { autoRevision, revisionOf } from './revising.ts'

/** Reads the config files as they are now: all is well, or a line for each problem. */
export type ReadConfig = () => Promise<{ readonly config: Config } | Obstacles>

export interface Reloading extends ConfigOperations, Pick<RegistryOperations, 'publish'> {
  /** Resolves when no reload is under way. */
  readonly idle: () => Promise<unknown>
}

/** The revision that a config's rules are to become; null: they wait. */
type Revise = (config: Config) => Revision | null

/** The files as they are now, taken over by a running hub: one reload or publication after the other. */
export const createReloading = (core: Core, course: Course, read: ReadConfig, adopt: Adopt): Reloading => {
  const registry = () => core.basis().program.registry
  let last: Promise<unknown> = Promise.resolve()
  let files = course.config().registry
  let outcome: { readonly loadedAt: number } & Obstacles = { loadedAt: core.now(), problems: [] }
  const waiting = () => registryDifference(registry(), files)

  const inTurn = <T>(job: () => Promise<T>): Promise<T> => {
    const turn = last.then(job)
    last = turn.catch(() => undefined)
    return turn
  }
  const readAll: ReadConfig = () =>
    read().catch((error: unknown) => ({ problems: [`reading the config: ${String(error)}`] }))
  const attempt = async (actor: Actor, revise: Revise): Promise<Adopted | Obstacles> => {
    const found = await readAll()
    if ('problems' in found) return found
    const done = await adopt(found.config, revise(found.config), actor.name)
    if ('changed' in done) files = found.config.registry
    return done
  }
  /** Takes over what the files say, and the revision that is made of it, if any; tells how that went. */
  const takeOver = async (actor: Actor, revise: Revise): Promise<Adopted | Obstacles> => {
    const done = await attempt(actor, revise)
    if ('problems' in done) {
      outcome = { ...outcome, problems: done.problems }
      core.log.warn({ problems: done.problems }, 'the config files are not taken over: the hub goes on as before')
    } else {
      outcome = { loadedAt: done.changed.length > 0 ? core.now() : outcome.loadedAt, problems: [] }
      if (done.changed.length > 0) core.log.info({ changed: done.changed }, 'config taken over')
    }
    return done
  }
  return {
    reload: (actor) =>
      inTurn(async () => {
        const done = await takeOver(actor, (config) => autoRevision(config, registry(), core.now()))
        return 'problems' in done ? done : { ...done, waiting: waiting() }
      }),
    publish: (actor) =>
      inTurn(async () => {
        const before = course.revision().id
        const done = await takeOver(actor, (config) => {
          const revision = revisionOf(config.registry, actor.name, core.now())
          return revision.id === before ? null : revision
        })
        const { id } = course.revision()
        return 'problems' in done ? done : { revision: id, changed: id !== before }
      }),
    config: () => ({
      loadedAt: new Date(outcome.loadedAt).toISOString(),
      problems: outcome.problems,
      waiting: waiting(),
    }),
    plan: () =>
      inTurn(async () => {
        const found = await readAll()
        if ('problems' in found) return found
        const { refused, paths } = difference(course.config(), found.config)
        if (refused.length > 0) return { problems: refused }
        const connectors = await foresee(core, course.foresee(found.config, course.revision()))
        return { changed: paths, connectors }
      }),
    idle: () => last,
  }
}
