import type { Message } from '../profile/message.ts'
import { nodeId } from '../profile/node.ts'
import { isRefusal, readMessage } from '../profile/segment.ts'
import type { StoredMessage } from '../store/port.ts'
import type { Core } from './core.ts'

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

/** What was said of somebody before their erasure is not said any more, though the message is another customer's. */
const unburied = async (core: Core, messages: readonly Message[]): Promise<readonly Message[]> => {
  const { identityKey } = core.basis()
  const nodes = messages.flatMap(({ identifiers }) => identifiers.map((identifier) => nodeId(identityKey, identifier)))
  const buried = await core.store.tombstones([...new Set(nodes)])
  return messages.map((message) => ({
    ...message,
    identifiers: message.identifiers.filter(
      (identifier) => message.at > (buried.get(nodeId(identityKey, identifier)) ?? Number.NEGATIVE_INFINITY),
    ),
  }))
}

/** Messages of the log as they count today, under the present profile.yaml. */
export const retold = async (core: Core, stored: readonly StoredMessage[]): Promise<readonly Message[]> => {
  const messages = stored.flatMap((each) => {
    const message = messageOf(core, each)
    return isRefusal(message) ? [] : [message]
  })
  return unburied(core, messages)
}
