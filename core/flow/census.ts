import { profilesOf } from '../profile/profiles.ts'
import { type Asked, type Columns, createColumns } from '../rules/columns/columns.ts'
import { type Subject, subjectsOf } from '../rules/columns/reading.ts'
import { conditionsIn } from '../rules/reads.ts'
import type { Basis } from './basis.ts'
import type { Commit, Commits } from './commits.ts'
import type { Core } from './core.ts'

/** Everybody at once, kept level with what is committed. */
export interface Census {
  /**
   * Reads the columns at one instant, when they hold all that was committed until then. Where what is asked has no column
   * yet, everybody is gone through first, a few at a time, so that whoever asks for a decision meanwhile hardly waits.
   */
  readonly take: <T>(asked: () => Asked, read: (columns: Columns, at: number) => T) => Promise<T>
}

/** So many customers are read and put before others get a turn: some milliseconds. */
const slice = 25
/** So many may be put again while nobody commits; more are put before that. */
const atOnce = 1_000
/** Above it the columns that were asked for once are given up. */
const mostColumns = 500

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** What is likely to be asked: all that the registry asks, and whatever is declared, without names and addresses: they are nearly all different. */
const likely = ({ settings, program }: Basis): ReadonlyMap<string, Subject> => {
  const segments = new Map(program.registry.segments.map(({ key, when }) => [key, when]))
  const plain = Object.entries(settings.traits).flatMap(([trait, declared]) => (declared.class === 'none' ? trait : []))
  const traits = [...plain, ...Object.keys(settings.computed)].map((trait) => ({ trait, exists: true }))
  const consents = Object.keys(settings.consents).map((consent) => ({ consent }))
  return subjectsOf([...conditionsIn(program.registry), ...traits, ...consents], segments)
}

/** Without a copy of them all: while many messages come in, many wait. */
const firstOf = (nodes: ReadonlySet<string>, most: number): readonly string[] => {
  const first: string[] = []
  for (const node of nodes) {
    if (first.length === most) break
    first.push(node)
  }
  return first
}

export const createCensus = (core: Core, commits: Commits): Census => {
  const begun = () => {
    const { settings, sourceRank, timezone } = core.basis()
    return { settings, sourceRank, columns: createColumns({ settings, timezone }) }
  }
  /** null: nobody has asked yet. */
  let census: ReturnType<typeof begun> | null = null
  let filling: Promise<void> | null = null
  let keepingUp = false
  /** Nodes whose customers have to be put again. */
  const changed = new Set<string>()

  /** When the writer has nothing better to do: who has just changed is still at hand. */
  const keepUp = (columns: Columns): void => {
    if (keepingUp) return
    keepingUp = true
    core.writer
      .run('back', () => putSome(columns))
      .catch((error: unknown) =>
        core.log.warn({ err: error }, 'columns could not be kept level, a count will try again'),
      )
      .finally(() => {
        keepingUp = false
      })
  }

  const follow = (commit: Commit): void => {
    if (census === null) return
    if ('cleared' in commit) {
      census = null
      changed.clear()
      return
    }
    const { components = [], goneProfiles = [], vetoes = [] } = commit.change
    for (const { id } of goneProfiles) census.columns.remove(id)
    for (const { id } of goneProfiles) changed.add(id)
    for (const { component } of components) changed.add(component.id)
    for (const { a, b } of vetoes) changed.add(a).add(b)
    if (changed.size > 0) keepUp(census.columns)
  }
  commits.follow(follow)

  /** Runs in the writer: nothing is committed between reading and putting. */
  const put = async (columns: Columns, nodes: readonly string[]): Promise<void> => {
    const { components, vetoes } = await core.store.evidence(nodes)
    const { settings, sourceRank } = core.basis()
    for (const component of components)
      for (const profile of profilesOf(component, vetoes, settings, sourceRank)) columns.put(profile, core.now())
  }
  const putSome = async (columns: Columns): Promise<void> => {
    // What has changed is for the columns in use: others must not take it away from them.
    if (columns !== census?.columns) return
    const some = firstOf(changed, slice)
    await put(columns, some)
    for (const node of some) changed.delete(node)
  }
  /** Brings the columns level; runs in the writer. Answers the instant at which they are; null: others are in use by then. */
  const level = async (columns: Columns): Promise<number | null> => {
    for (;;) {
      if (columns !== census?.columns) return null
      const at = core.now()
      for (const id of columns.outrun(at)) changed.add(id)
      if (changed.size === 0) return at
      await putSome(columns)
      await turn()
    }
  }

  const fill = async (columns: Columns, asked: Asked): Promise<void> => {
    columns.open(new Map([...likely(core.basis()), ...subjectsOf([asked.when], asked.segments)]))
    for (let cursor: string | null = ''; cursor !== null; ) {
      const from: string = cursor
      cursor = await core.writer.run('front', async () => {
        const { items, next } = await core.store.profiles(slice, from)
        const nodes = items.map(({ id }) => id)
        await put(columns, nodes)
        return next
      })
    }
    columns.fill()
  }
  const filled = (columns: Columns, asked: Asked): Promise<void> => {
    filling ??= fill(columns, asked).finally(() => {
      filling = null
    })
    return filling
  }
  const current = (): Columns => {
    const { settings, sourceRank } = core.basis()
    const isCurrent = census?.settings === settings && census.sourceRank === sourceRank
    if (census !== null && isCurrent && census.columns.breadth() <= mostColumns) return census.columns
    changed.clear()
    census = begun()
    return census.columns
  }

  const take = async <T>(ask: () => Asked, read: (columns: Columns, at: number) => T): Promise<T> => {
    for (;;) {
      const columns = current()
      while (columns.lacks(ask())) await filled(columns, ask())
      while (columns === census?.columns && changed.size > atOnce)
        await core.writer.run('front', () => putSome(columns))
      const done = await core.writer.run('front', async () => {
        if (columns !== census?.columns || columns.lacks(ask())) return null
        const at = await level(columns)
        return at === null ? null : { answer: read(columns, at) }
      })
      if (done !== null) return done.answer
    }
  }
  return { take }
}
