import { parseInstant } from './instant.ts'
import { isObject, type JsonObject } from './json.ts'
import { messageKinds } from './message.ts'
import { isUnicode, maxText, type SegmentMessage } from './segment-message.ts'

/** What a field says, null where it says nothing; undefined: that is for the schema to judge. */
type Read<Value> = (value: unknown) => Value | null | undefined

const isAbsent = (value: unknown): value is null | undefined => value === undefined || value === null
const text: Read<string> = (value) => {
  if (isAbsent(value)) return null
  return typeof value === 'string' && value.length <= maxText && isUnicode(value) ? value : undefined
}
const object: Read<JsonObject> = (value) => {
  if (isAbsent(value)) return null
  return isObject(value) ? value : undefined
}
const instant: Read<number> = (value) => {
  if (isAbsent(value)) return null
  return typeof value === 'string' ? (parseInstant(value) ?? undefined) : undefined
}
const contextOf: Read<NonNullable<SegmentMessage['context']>> = (value) => {
  const context = object(value)
  if (isAbsent(context)) return context
  const traits = object(context.traits)
  const { externalIds = null, device, consent } = context
  if (traits === undefined || !isAbsent(consent)) return undefined
  if (externalIds !== null && !Array.isArray(externalIds)) return undefined
  return { traits, externalIds, device }
}

/**
 * What the schema would make of a message that evidently fits it, at a fraction of the cost; null: the schema has to
 * judge. A test holds the two to the same results.
 */
export const plainMessage = (raw: JsonObject): SegmentMessage | null => {
  const type = messageKinds.find((kind) => kind === raw.type)
  const messageId = text(raw.messageId)
  const userId = text(raw.userId)
  const anonymousId = text(raw.anonymousId)
  const previousId = text(raw.previousId)
  const event = text(raw.event)
  const timestamp = instant(raw.timestamp)
  const originalTimestamp = instant(raw.originalTimestamp)
  const traits = object(raw.traits)
  const properties = object(raw.properties)
  const context = contextOf(raw.context)
  if (type === undefined || messageId === undefined || userId === undefined || anonymousId === undefined) return null
  if (previousId === undefined || event === undefined || timestamp === undefined) return null
  if (originalTimestamp === undefined || traits === undefined || properties === undefined) return null
  if (context === undefined || !isAbsent(raw.name) || !isAbsent(raw.category)) return null
  return {
    type,
    messageId,
    userId,
    anonymousId,
    previousId,
    event,
    timestamp,
    originalTimestamp,
    traits,
    properties,
    context,
  }
}
