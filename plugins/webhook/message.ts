import { z } from 'zod'
import { fieldValue } from '../../core/contract/value.ts'

const identifier = z.object({ type: z.string(), value: z.string() })
const membership = z.object({ kind: z.string(), name: z.string() })
const fields = z.record(z.string(), fieldValue)
/** A contact as every message names it. `ref` is the hub's own name for it: answers repeat it. */
const contact = z.object({
  ref: z.string(),
  key: identifier,
  /** The receiver's own id, once it has told one. */
  remoteId: z.string().optional(),
})
const change = contact.extend({
  /** Whether the receiver may make a contact where it has none. */
  create: z.boolean(),
  /** Only what differs from what was last sent; `null` empties. */
  fields,
  join: z.array(membership),
  leave: z.array(membership),
})
const message = <Type extends string, Data extends z.ZodType>(type: Type, data: Data) =>
  z.object({ type: z.literal(type), timestamp: z.iso.datetime(), data })

/** What the hub sends, as the body of a Standard Webhooks message. */
export const outgoing = z.discriminatedUnion('type', [
  /** Whether somebody is there who takes the signature. */
  message('ping', z.object({})),
  message('contacts.change', z.object({ contacts: z.array(change) })),
  message('contacts.erase', z.object({ contacts: z.array(contact) })),
  /** Only to the address for reading: what of these the receiver holds. */
  message(
    'contacts.read',
    z.object({ contacts: z.array(contact), fields: z.array(z.string()), memberships: z.array(membership) }),
  ),
])
export type Outgoing = z.output<typeof outgoing>

/** What a receiver may answer to a ping: a name, so that another account is told from this one. */
export const pong = z.object({ account: z.string().min(1) })

const result = z.object({
  ref: z.string(),
  status: z.enum(['applied', 'unchanged', 'skipped', 'rejected', 'retry']),
  remoteId: z.string().optional(),
  reason: z.string().optional(),
  /** At fault, with `rejected`. */
  field: z.string().optional(),
})
export type Result = z.output<typeof result>
/** What became of each contact of a change or an erasure. */
export const results = z.object({ results: z.array(result) })

/** What a receiver holds: every field and membership that was asked for; `found: false`: no such contact. */
export const holdings = z.object({
  contacts: z.array(
    z.discriminatedUnion('found', [
      z.object({ ref: z.string(), found: z.literal(false) }),
      z.object({
        ref: z.string(),
        found: z.literal(true),
        remoteId: z.string(),
        fields,
        memberships: z.array(membership),
      }),
    ]),
  ),
})

const about = {
  identifiers: z.array(identifier).default([]),
  remoteId: z.string().optional(),
  at: z.iso.datetime({ offset: true }).optional(),
}
/** A contact that changed at the sender, with the fields that it has now. */
export const changedContact = z.object({ ...about, fields: fields.default({}), consent: z.boolean().optional() })
/** Something that a customer did, named as in the Segment semantic events. */
export const happenedEvent = z.object({
  ...about,
  event: z.string().min(1),
  properties: z.record(z.string(), z.unknown()).default({}),
})
const items = z.array(z.unknown())
/** What the hub takes. Each item is judged alone. */
export const incoming = z.discriminatedUnion('type', [
  message('contacts.changed', z.object({ contacts: items })),
  message('events.happened', z.object({ events: items })),
])
