import { hash } from 'node:crypto'
import { eventTime } from './event-time.ts'
import { normaliseIdentifiers } from './identifier.ts'
import { parseInstant } from './instant.ts'
import { canonicalJson, isDeeperThan, isObject, type JsonObject } from './json.ts'
import { type Message, type MessageKind, messageKinds, type Refusal } from './message.ts'
import { plainMessage } from './plain-message.ts'
import { invalid, invalidField } from './refusal.ts'
import { type SegmentMessage, segmentMessage } from './segment-message.ts'
import type { ProfileSettings } from './settings.ts'
import { statedIdentifiers } from './stated-identifiers.ts'
import { isSafePath, traitPaths } from './trait-paths.ts'

const maxBytes = 32_768
/** Bytes of UTF-8 for a unit of UTF-16. */
const mostBytesOfOne = 3
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
const contentOf = (body: JsonObject, kind: MessageKind | undefined): string =>
  canonicalJson(kind === undefined ? body : { ...body, type: kind }, transport)
const isTooLong = (content: string): boolean =>
  content.length * mostBytesOfOne > maxBytes && Buffer.byteLength(content) > maxBytes

const sentAtOf = (body: JsonObject): number | null =>
  typeof body.sentAt === 'string' ? parseInstant(body.sentAt) : null

const eventNames = { page: 'Page Viewed', screen: 'Screen Viewed', identify: null, group: null, alias: null } as const

const eventName = (kind: MessageKind, stated: string | null | undefined): string | null =>
  kind === 'track' ? (stated ?? null) : eventNames[kind]

const propertiesOf = (kind: MessageKind, { properties, name, category }: SegmentMessage): JsonObject => {
  if (kind === 'track') return properties ?? nothing
  if (kind !== 'page' && kind !== 'screen') return nothing
  return { ...properties, ...(name ? { name } : {}), ...(category ? { category } : {}) }
}

const nothing = {}
const noTraits: Message['traits'] = new Map()

const consentsOf = ({ context }: SegmentMessage): Readonly<Record<string, boolean>> => {
  const preferences = context?.consent?.categoryPreferences
  if (!preferences) return nothing
  return Object.fromEntries(Object.entries(preferences).filter(([purpose]) => isSafePath(purpose)))
}

/** A message whose fields are known to be good, and what was made of its body once. */
interface Draft {
  readonly message: SegmentMessage
  readonly kind: MessageKind
  readonly content: string
  readonly body: JsonObject
}

const idOf = ({ message, kind, content }: Draft, saidAt: number | null, how: Reception): string =>
  message.messageId || sha256(JSON.stringify([how.source, kind, saidAt ?? how.receivedAt, content]))

const messageOf = (draft: Draft, how: Reception): Message | Refusal => {
  const { message, kind, content, body } = draft
  const stated = statedIdentifiers(message, kind, how.settings)
  if (stated.length === 0 && !how.imported) {
    const detail = 'reading who it is about: found neither userId nor anonymousId, e-mail, phone or external id'
    return { code: 'no_identifier', detail }
  }
  // Where both stand, `timestamp` is what somebody else made of the device's own statement.
  const saidAt = message.originalTimestamp ?? message.timestamp
  const { source, receivedAt } = how
  const sentAt = sentAtOf(body) ?? how.sentAt
  const { at, flag } = eventTime({ saidAt, sentAt, receivedAt })
  return {
    source,
    id: idOf(draft, saidAt, how),
    hash: sha256(content),
    kind,
    event: eventName(kind, message.event),
    at,
    sentAt,
    receivedAt,
    flag,
    identifiers: normaliseIdentifiers(stated, how.settings),
    traits: kind === 'identify' ? traitPaths(message.traits ?? nothing) : noTraits,
    properties: propertiesOf(kind, message),
    consents: consentsOf(message),
    body,
  }
}

const judged = (raw: JsonObject): SegmentMessage | Refusal => {
  const { data, error } = segmentMessage.safeParse(raw)
  return error ? invalidField(error, raw) : data
}

/**
 * Reads one message of the Segment HTTP Tracking API: any JSON value gives a message or says why not; it never throws.
 * The batch's own context has to be merged in before.
 */
export const readMessage = (raw: unknown, how: Reception): Message | Refusal => {
  if (!isObject(raw)) return invalid('the message', raw, 'an object')
  if (isDeeperThan(raw, maxLevels)) return invalid('the message', raw, `one nested at most ${maxLevels} deep`)
  const content = contentOf(raw, how.kind)
  if (!how.imported && isTooLong(content)) {
    return { code: 'too_large', detail: `reading the message: found more than ${maxBytes} bytes; send less at once` }
  }
  const data = plainMessage(raw) ?? judged(raw)
  if ('code' in data) return data
  const kind = how.kind ?? data.type
  if (!kind) return invalid('type', raw.type, messageKinds.join(', '))
  if (kind === 'track' && !data.event?.trim()) return invalid('event', raw.event, 'a name such as Order Completed')
  return messageOf({ message: data, kind, content, body: raw }, how)
}
