import { createHash } from 'node:crypto'
import { joinAll } from '../profile/fold.ts'
import { nodeIds } from '../profile/node.ts'
import { profilesOf } from '../profile/profiles.ts'
import { type ChangeSet, type ProfileRow, profileKey, type StoredMessage } from '../store/port.ts'
import type { Core } from './core.ts'
import { replaced } from './replaced.ts'
import { retold } from './retold.ts'
import { saidIn } from './said.ts'

const perStep = 500
const factName = 'derived'

/** What profiles are a function of, beside the messages. */
const fingerprint = (core: Core): string => {
  const { settings, identityKey } = core.basis()
  const { identifiers, traits, events } = settings
  return createHash('sha256')
    .update(JSON.stringify([identityKey, identifiers, traits, events]))
    .digest('base64url')
}

/**
 * The change that a page of the log makes. Nothing is decided: half a history would end decisions that the whole one
 * upholds. Each profile is left stale, to be decided again when it is read or its turn comes.
 */
const folded = async (core: Core, page: readonly StoredMessage[]): Promise<ChangeSet> => {
  const { identityKey, settings, sourceRank } = core.basis()
  const messages = await retold(core, page)
  const nodes = messages.flatMap(({ identifiers }) => nodeIds(identityKey, identifiers))
  const set = await core.store.load([...new Set(nodes)])
  const said = saidIn(messages, { settings, identityKey })
  const components = joinAll(set.components, said.components, settings)
  const profiles = components.flatMap((component) =>
    profilesOf(component, set.vetoes, settings, sourceRank).map(
      ({ id }): ProfileRow => ({ id, component: component.id, dueAt: null, basis: '', segments: [] }),
    ),
  )
  const kept = new Set(profiles.map(profileKey))
  const goneProfiles = set.profiles.filter((row) => !kept.has(profileKey(row)))
  return { ...replaced(set, components), told: said.told, profiles, goneProfiles }
}

/**
 * Profiles are a function of the messages and of profile.yaml: when that has changed, they are folded anew from the log.
 * Decisions and contacts are facts and stay. A rebuild that was interrupted goes on where it was. Answers how many messages it read.
 */
export const rebuildIfNeeded = async (core: Core): Promise<number> => {
  const wanted = fingerprint(core)
  const [done = '', at = ''] = ((await core.store.fact(factName)) ?? '').split('@')
  if (done === wanted && at === '') return 0
  const resumes = done === wanted
  await core.walk.restart()
  if (!resumes) await core.store.clearDerived()
  let seq = resumes ? Number(at) : 0
  let read = 0
  for (;;) {
    await core.store.saveFact(factName, `${wanted}@${seq}`)
    const page = await core.store.messagesAfter(seq, perStep)
    if (page.length === 0) break
    await core.store.commit(await folded(core, page))
    read += page.length
    seq = page.at(-1)?.seq ?? seq
  }
  await core.store.saveFact(factName, wanted)
  return read
}
