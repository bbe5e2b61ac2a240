import { createHash } from 'node:crypto'
import { nodeId } from '../profile/node.ts'
import { isRefusal, readMessage } from '../profile/segment.ts'
import type { StoredMessage } from '../store/port.ts'
import type { Core } from './core.ts'
import { absorb } from './intake.ts'

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

const messageOf = (core: Core, stored: StoredMessage) => {
  const { source, receivedAt, sentAt, kind } = stored
  return readMessage(JSON.parse(stored.body), {
    source,
    receivedAt,
    sentAt,
    kind,
    settings: core.basis().settings,
    // What is in the log was accepted once, from wherever it came.
    imported: true,
  })
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
  if (!resumes) await core.store.clearDerived()
  let seq = resumes ? Number(at) : 0
  let read = 0
  for (;;) {
    await core.store.saveFact(factName, `${wanted}@${seq}`)
    const page = await core.store.messagesAfter(seq, perStep)
    if (page.length === 0) break
    const messages = page.flatMap((stored) => {
      const message = messageOf(core, stored)
      return isRefusal(message) ? [] : [message]
    })
    const nodes = new Set(
      messages.flatMap(({ identifiers }) =>
        identifiers.map((identifier) => nodeId(core.basis().identityKey, identifier)),
      ),
    )
    const set = await core.store.load([...nodes])
    await core.store.commit(absorb(set, messages, core.basis(), core.now()))
    read += page.length
    seq = page.at(-1)?.seq ?? seq
  }
  await core.store.saveFact(factName, wanted)
  return read
}
