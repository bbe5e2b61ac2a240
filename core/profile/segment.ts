import { hash } from 'node:crypto'
import { eventTime } from './event-time.ts'
import { normaliseIdentifiers } from './identifier.ts'
import { parseInstant } from './instant.ts'
import { canonicalJson, isDeeperThan, isObject, type JsonObject } from './json.ts'
import { type Message, type MessageKind, messageKinds, type Refusal } from './message.ts'
import { invalid, invalidField } from './refusal.ts'
import { type SegmentMessage, segmentMessage } from './segment-message.ts'
import type { ProfileSettings } from './settings.ts'
import { statedIdentifiers } from './stated-identifiers.ts'
import { isSafePath, traitPaths } from './trait-paths.ts'

const maxBytes = 32_768
const maxLevels = 64
/** What transport adds: it differs between two deliveries of one message. */
const transport = new Set(['sentAt', 'receivedAt', 'writeKey', '_metadata'])

/** What the body does not say: from whom it came, when, and under which profile.yaml. */
export interface Reception {
  readonly source: string
  readonly receivedAt: number
  /** Of the whole batch; a message's own goes first. */
  readonly sentAt: number | null
  readonly settings: ProfileSettings
  /** Of the endpoint, as /v1/track; without it the body's `type` says. */
  readonly kind?: MessageKind | undefined
  /** Out of a file: it may be about nobody, and as long as an order of many lines is. */
  readonly imported?: boolean | undefined
}

export const isRefusal = (result: Message | Refusal): result is Refusal => 'code' in result

const sha256 = (text: string): string => hash('sha256', text)

/** The message's content as one text, equal for every delivery of it, to whichever endpoint. */
const contentOf = (body: JsonObject, kind: MessageKind | undefined): string => {
  const kept = Object.entries(body).filter(([key]) => !transport.has(key))
  return canonicalJson(Object.fromEntries(kind === undefined ? kept : [...kept, ['type', kind]]))
}

const sentAtOf = (body: JsonObject): number | null =>
  typeof body.sentAt === 'string' ? parseInstant(body.sentAt) : null

const eventNames = { page: 'Page Viewed', screen: 'Screen Viewed', identify: null, group: null, alias: null } as const

const eventName = (kind: MessageKind, stated: string | null | undefined): string | null =>
  kind === 'track' ? (stated ?? null) : eventNames[kind]

const propertiesOf = (kind: MessageKind, { properties, name, category }: SegmentMessage): JsonObject => {
  if (kind === 'track') return properties ?? {}
  if (kind !== 'page' && kind !== 'screen') return {}
  return { ...properties, ...(name ? { name } : {}), ...(category ? { category } : {}) }
}

const consentsOf = ({ context }: SegmentMessage): Readonly<Record<string, boolean>> => {
  const preferences = Object.entries(context?.consent?.categoryPreferences ?? {})
  return Object.fromEntries(preferences.filter(([purpose]) => isSafePath(purpose)))
}

/** A message whose fields are known to be good, and what was made of its body once. */
interface Draft {
  readonly message: SegmentMessage
  readonly kind: MessageKind
  readonly content: string
  readonly body: JsonObject
}

const identityOf = ({ message, kind, content }: Draft, saidAt: number | null, how: Reception) => ({
  source: how.source,
  id: message.messageId || sha256(JSON.stringify([how.source, kind, saidAt ?? how.receivedAt, content])),
  hash: sha256(content),
})

const timesOf = ({ body }: Draft, saidAt: number | null, how: Reception) => {
  const { receivedAt } = how
  const sentAt = sentAtOf(body) ?? how.sentAt
  return { ...eventTime({ saidAt, sentAt, receivedAt }), sentAt, receivedAt }
}

const messageOf = (draft: Draft, how: Reception): Message | Refusal => {
  const { message, kind } = draft
  const stated = statedIdentifiers(message, kind, how.settings)
  if (stated.length === 0 && !how.imported) {
    const detail = 'reading who it is about: found neither userId nor anonymousId, e-mail, phone or external id'
    return { code: 'no_identifier', detail }
  }
  // Where both stand, `timestamp` is what somebody else made of the device's own statement.
  const saidAt = message.originalTimestamp ?? message.timestamp
  return {
    ...identityOf(draft, saidAt, how),
    kind,
    event: eventName(kind, message.event),
    ...timesOf(draft, saidAt, how),
    identifiers: normaliseIdentifiers(stated, how.settings),
    traits: kind === 'identify' ? traitPaths(message.traits ?? {}) : {},
    properties: propertiesOf(kind, message),
    consents: consentsOf(message),
    body: draft.body,
  }
}

/**
 * Reads one message of the Segment HTTP Tracking API: any JSON value gives a message or says why not; it never throws.
 * The batch's own context has to be merged in before.
 */
export const readMessage = (raw: unknown, how: Reception): Message | Refusal => {
  if (!isObject(raw)) return invalid('the message', raw, 'an object')
  if (isDeeperThan(raw, maxLevels)) return invalid('the message', raw, `one nested at most ${maxLevels} deep`)
  const content = contentOf(raw, how.kind)
  if (!how.imported && Buffer.byteLength(content) > maxBytes) {
    return { code: 'too_large', detail: `reading the message: found more than ${maxBytes} bytes; send less at once` }
  }
  const { data, error } = segmentMessage.safeParse(raw)
  if (error) return invalidField(error, raw)
  const kind = how.kind ?? data.type
  if (!kind) return invalid('type', raw.type, messageKinds.join(', '))
  if (kind === 'track' && !data.event?.trim()) return invalid('event', raw.event, 'a name such as Order Completed')
  return messageOf({ message: data, kind, content, body: raw }, how)
}
