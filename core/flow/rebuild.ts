import { createHash } from 'node:crypto'
import { joinAll } from '../profile/fold.ts'
import { foldingOf } from '../profile/folding.ts'
import { nodeIds } from '../profile/node.ts'
import { profilesOf } from '../profile/profiles.ts'
import type { ChangeSet } from '../store/change-set.ts'
import type { Store, WorkingSet } from '../store/port.ts'
import { type ProfileRow, profileKey, type StoredMessage } from '../store/stored.ts'
import type { Folding } from './basis.ts'
import type { Core } from './core.ts'
import { replaced } from './replaced.ts'
import { type Retelling, retold } from './retold.ts'
import { saidIn } from './said.ts'

export const perStep = 500
/** The fact that says under what the derived half was made, and while it is being made, how far that is. */
const factName = 'derived'

/** From which log into which store; a rebuild beside the hub's work goes into another one. */
export interface Folder extends Retelling {
  readonly into: Pick<Store, 'load' | 'commit'>
}

/** What profiles are a function of, beside the messages. */
const fingerprint = ({ settings, identityKey }: Folding): string =>
  createHash('sha256')
    .update(JSON.stringify([identityKey, foldingOf(settings)]))
    .digest('base64url')

/** The profiles of components, as rows that say nothing yet: stale, to be decided when they are read or their turn comes. */
export const rowsOf = (
  set: WorkingSet,
  components: WorkingSet['components'],
  { settings, sourceRank }: Folding,
): ChangeSet => {
  const profiles = components.flatMap((component) =>
    profilesOf(component, set.vetoes, settings, sourceRank).map(
      ({ id }): ProfileRow => ({ id, component: component.id, dueAt: null, basis: '', segments: [] }),
    ),
  )
  const kept = new Set(profiles.map(profileKey))
  return { profiles, goneProfiles: set.profiles.filter((row) => !kept.has(profileKey(row))) }
}

/**
 * The change that a page of the log makes. Nothing is decided: half a history would end decisions that the whole one
 * upholds.
 */
const folded = async (folder: Folder, page: readonly StoredMessage[]): Promise<ChangeSet> => {
  const { identityKey, settings } = folder.folding
  const messages = await retold(folder, page)
  const nodes = messages.flatMap(({ identifiers }) => nodeIds(identityKey, identifiers))
  const set = await folder.into.load([...new Set(nodes)])
  const said = saidIn(messages, { settings, identityKey })
  const components = joinAll(set.components, said.components, settings)
  return { ...replaced(set, components), told: said.told, ...rowsOf(set, components, folder.folding) }
}

/** Folds the next page of the log; null: there was none. Else how far that is, and how many messages it had. */
export const foldPage = async (
  folder: Folder,
  page: Awaited<ReturnType<Store['messagesAfter']>>,
): Promise<{ readonly seq: number; readonly read: number } | null> => {
  const last = page.at(-1)
  if (last === undefined) return null
  await folder.into.commit(await folded(folder, page))
  return { seq: last.seq, read: page.length }
}

/** Says that the derived half is whole and made so; null: that it is not, and has to be made again. */
export const markDerived = (store: Store, folding: Folding | null): Promise<void> =>
  store.saveFact(factName, folding === null ? '' : fingerprint(folding))

/**
 * Profiles are a function of the messages and of profile.yaml: when that has changed, they are folded anew from the log.
 * Decisions and contacts are facts and stay. A rebuild that was interrupted goes on where it was. Answers how many messages it read.
 */
export const rebuildIfNeeded = async (core: Core): Promise<number> => {
  const folder = { log: core.store, into: core.store, folding: core.basis() }
  const wanted = fingerprint(folder.folding)
  const [done = '', at = ''] = ((await core.store.fact(factName)) ?? '').split('@')
  if (done === wanted && at === '') return 0
  const resumes = done === wanted
  await core.walk.restart()
  if (!resumes) await core.store.clearDerived()
  let seq = resumes ? Number(at) : 0
  let read = 0
  for (;;) {
    await core.store.saveFact(factName, `${wanted}@${seq}`)
    const step = await foldPage(folder, await core.store.messagesAfter(seq, perStep))
    if (step === null) break
    read += step.read
    seq = step.seq
  }
  await markDerived(core.store, folder.folding)
  return read
}
