import type { Folding } from './basis.ts'
import type { Core } from './core.ts'
import { remainders } from './erasure.ts'
import { type Folder, foldPage, markDerived, perStep, rowsOf } from './rebuild.ts'
import { replaced } from './replaced.ts'

/** Takes those out who were erased since the rebuild began; each erasure once, for whoever comes back is a new customer. */
const createGravedigger = (folder: Folder, since: number) => {
  const done = new Map<string, number>()
  return async (): Promise<void> => {
    const buried = [...(await folder.log.buriedSince(since))].filter(([node, at]) => done.get(node) !== at)
    for (const [node, at] of buried) {
      done.set(node, at)
      const set = await folder.into.load([node])
      const components = await remainders(folder, set, new Set([node]))
      const rows = rowsOf(set, components, folder.folding)
      await folder.into.commit({ ...replaced(set, components), ...rows, erased: { nodes: [node], beside: [], at } })
    }
  }
}

/** Profiles under other settings, made beside those that are still in use. */
export interface Rebuilt {
  /** Reads what was said meanwhile and puts them in place. Nobody may be writing, nor bringing messages read under the old settings. */
  readonly finish: () => Promise<void>
  readonly drop: () => Promise<void>
}

/**
 * Folds the log anew beside the running hub, which goes on under the old settings until `finish`. `stopped` ends it
 * early, by an error.
 */
export const rebuildBeside = async (core: Core, folding: Folding, stopped: () => boolean): Promise<Rebuilt> => {
  const scratch = await core.store.scratch()
  const folder = { log: core.store, into: scratch.store, folding }
  const bury = createGravedigger(folder, core.now())
  let seq = 0
  /** Answers how many messages there were. */
  const step = async (): Promise<number> => {
    if (stopped()) throw new Error('folding the profiles anew: the hub is stopping; it begins again at the next start')
    // The page first: whoever was erased before it was read is then taken out before it is folded.
    const page = await core.store.messagesAfter(seq, perStep)
    await bury()
    const folded = await foldPage(folder, page)
    seq = folded?.seq ?? seq
    await new Promise((resolve) => setImmediate(resolve))
    return page.length
  }
  try {
    // As long as pages are full: a few are always said meanwhile, and are left to the end.
    while ((await step()) === perStep);
  } catch (error) {
    await scratch.drop()
    throw error
  }
  return {
    finish: async () => {
      while ((await step()) > 0);
      await markDerived(core.store, null)
      await core.walk.restart()
      await scratch.adopt()
      await markDerived(core.store, folding)
    },
    drop: scratch.drop,
  }
}
