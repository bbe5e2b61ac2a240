import type { Message } from '../profile/message.ts'
import { nodeIds } from '../profile/node.ts'
import { isRefusal, readMessage } from '../profile/segment.ts'
import type { Store } from '../store/port.ts'
import type { StoredMessage } from '../store/stored.ts'
import type { Folding } from './basis.ts'

/** From which log, and under what. */
export interface Retelling {
  readonly log: Store
  readonly folding: Folding
}

const messageOf = (stored: StoredMessage, { settings }: Folding) => {
  const { source, receivedAt, sentAt, kind } = stored
  return readMessage(JSON.parse(stored.body), {
    source,
    receivedAt,
    sentAt,
    kind,
    settings,
    // What is in the log was accepted once, from wherever it came.
    imported: true,
  })
}

/** What was said of somebody before their erasure is not said any more, though the message is another customer's. */
const unburied = async ({ log, folding }: Retelling, messages: readonly Message[]): Promise<readonly Message[]> => {
  const nodesOf = ({ identifiers }: Message) => nodeIds(folding.identityKey, identifiers)
  const buried = await log.tombstones([...new Set(messages.flatMap(nodesOf))])
  return messages.map((message) => {
    const nodes = nodesOf(message)
    const isSaid = (place: number) => message.at > (buried.get(nodes[place] ?? '') ?? Number.NEGATIVE_INFINITY)
    return { ...message, identifiers: message.identifiers.filter((_, place) => isSaid(place)) }
  })
}

/** Messages of the log as they count today. */
export const retold = async (how: Retelling, stored: readonly StoredMessage[]): Promise<readonly Message[]> => {
  const messages = stored.flatMap((each) => {
    const message = messageOf(each, how.folding)
    return isRefusal(message) ? [] : [message]
  })
  return unburied(how, messages)
}
