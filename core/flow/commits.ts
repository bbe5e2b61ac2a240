import type { ChangeSet } from '../store/change-set.ts'
import type { Store } from '../store/port.ts'

/** What was committed: a change, or that everything derived from messages was forgotten. */
export type Commit = { readonly change: ChangeSet } | { readonly cleared: true }

/** A store whose commits are numbered and told of. */
export interface Commits {
  readonly store: Store
  /** How many changes the hub had committed so far. Only ever grows, over restarts too; a restart leaves a gap. */
  readonly seq: () => number
  /** Told of each commit right after it, before anybody else can commit. */
  readonly follow: (told: (commit: Commit) => void) => void
}

const factName = 'seq'
/** So many numbers are set aside at once, so that no commit has to store its own. */
const block = 1_000_000

/** Numbers the commits of a store and tells of them. */
export const numberCommits = async (store: Store): Promise<Commits> => {
  const followers: ((commit: Commit) => void)[] = []
  let seq = Number((await store.fact(factName)) ?? 0)
  let reserved = seq

  const next = async (): Promise<void> => {
    if (seq === reserved) {
      reserved += block
      await store.saveFact(factName, String(reserved))
    }
    seq++
  }
  const tell = async (commit: Commit): Promise<void> => {
    await next()
    for (const told of followers) told(commit)
  }
  return {
    store: {
      ...store,
      commit: async (change) => {
        await store.commit(change)
        await tell({ change })
      },
      clearDerived: async () => {
        await store.clearDerived()
        await tell({ cleared: true })
      },
      scratch: async () => {
        const scratch = await store.scratch()
        const adopt = async () => {
          await scratch.adopt()
          await tell({ cleared: true })
        }
        return { ...scratch, adopt }
      },
      publish: async (revision, audit) => {
        await store.publish(revision, audit)
        await next()
      },
    },
    seq: () => seq,
    follow: (told) => {
      followers.push(told)
    },
  }
}
