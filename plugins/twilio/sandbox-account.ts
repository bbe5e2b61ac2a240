import { createHash } from 'node:crypto'
import { z } from 'zod'

const user = z.object({ sid: z.string(), identity: z.string(), attributes: z.string(), date_updated: z.string() })
export type StoredUser = z.output<typeof user>
const message = z.object({
  sid: z.string(),
  direction: z.string(),
  from: z.string(),
  to: z.string(),
  body: z.string(),
  status: z.string(),
  error_code: z.number().nullable(),
  date_sent: z.string(),
})
export type StoredMessage = z.output<typeof message>
const account = z.object({ name: z.string(), nextId: z.number(), users: z.array(user), messages: z.array(message) })
type Account = z.output<typeof account>

const ownNumber = '+15550100000'
const longestIdentity = 256
const attributes = z.record(z.string(), z.unknown())
export const objectIn = (text: string): z.output<typeof attributes> => attributes.parse(JSON.parse(text))

/** One account in memory: users of its default Conversations service, and the log of its messages. */
export const createAccount = (now: () => number, name: string) => {
  let kept: Account = { name, nextId: 1, users: [], messages: [] }
  const freshSid = (prefix: string) => {
    kept.nextId += 1
    return `${prefix}${createHash('md5').update(`${kept.name}/${kept.nextId}`).digest('hex')}`
  }
  const stamp = () => new Date(now()).toISOString()
  const find = (key: string) => kept.users.find(({ sid, identity }) => sid === key || identity === key)
  const add = (identity: string, text: string): StoredUser => {
    const made = { sid: freshSid('US'), identity, attributes: text, date_updated: stamp() }
    kept.users.push(made)
    return made
  }
  return {
    find,
    add,
    refusalOf: (identity: string): string | null =>
      identity === '' || identity.length > longestIdentity
        ? `Identity must have 1 to ${longestIdentity} characters`
        : null,
    /** The whole text is replaced. */
    write: (found: StoredUser, text: string) => {
      if (text !== found.attributes) Object.assign(found, { attributes: text, date_updated: stamp() })
    },
    remove: (gone: StoredUser) => {
      kept.users = kept.users.filter((one) => one !== gone)
    },
    receive: (from: string, body: string, at: number): StoredMessage => {
      const date_sent = new Date(at).toUTCString()
      const made = { sid: freshSid('SM'), direction: 'inbound', from, to: ownNumber, body, status: 'received' }
      const received = { ...made, error_code: null, date_sent }
      kept.messages.push(received)
      return received
    },
    removeMessage: (sid: string): boolean => {
      const before = kept.messages.length
      kept.messages = kept.messages.filter((one) => one.sid !== sid)
      return kept.messages.length < before
    },
    held: (): Account => kept,
    restore: (state: unknown) => {
      kept = account.parse(state)
    },
  }
}
export type AccountInMemory = ReturnType<typeof createAccount>
