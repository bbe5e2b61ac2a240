import { z } from 'zod'
import { parseInstant } from './instant.ts'
import { isObject, type JsonObject } from './json.ts'
import { messageKinds } from './message.ts'

export const maxText = 512
const text = `Unicode text of at most ${maxText} characters`
const idText = `${text}, or a number`
/** Half of a character that UTF-16 writes in two: no UTF-8 can hold it, so it could not be kept as it came. */
export const isUnicode = (value: string): boolean => !/\p{Cs}/u.test(value)
/** Clients send numbers as ids, and null for "nobody yet". */
const id = z
  .union([z.string().max(maxText, { error: idText }).refine(isUnicode, { error: idText }), z.number()], {
    error: idText,
  })
  .nullish()
  .transform((value) => (value === null || value === undefined ? null : String(value)))

const object = z.custom<JsonObject>(isObject, { error: 'an object' }).meta({ type: 'object' }).nullish()
const label = z.string({ error: 'text' }).nullish()
const instant = z
  .string({ error: 'an ISO 8601 time such as 2026-11-21T12:00:00Z' })
  .nullish()
  .transform((text, context) => {
    if (text === null || text === undefined) return null
    const at = parseInstant(text)
    if (at === null) context.addIssue('an ISO 8601 time such as 2026-11-21T12:00:00Z')
    return at
  })
const consent = z.object(
  {
    categoryPreferences: z.record(z.string(), z.boolean({ error: 'true or false' }), { error: 'an object' }).nullish(),
  },
  { error: 'an object' },
)

/**
 * One message of the Segment HTTP Tracking API, as far as the hub reads it. Lenient: what it does not name may hold
 * anything and is kept in the body, and the errors say what is allowed.
 * Source: segment.com/docs/connections/spec/common and .../connections/sources/catalog/libraries/server/http-api.
 */
export const segmentMessage = z.object({
  type: z.enum(messageKinds, { error: messageKinds.join(', ') }).nullish(),
  messageId: id,
  userId: id,
  anonymousId: id,
  previousId: id,
  event: z.string({ error: 'text' }).max(maxText, { error: text }).refine(isUnicode, { error: text }).nullish(),
  name: label,
  category: label,
  timestamp: instant,
  originalTimestamp: instant,
  traits: object,
  properties: object,
  context: z
    .object(
      {
        traits: object,
        externalIds: z.array(z.unknown(), { error: 'a list' }).nullish(),
        device: z.unknown().optional(),
        consent: consent.nullish(),
      },
      { error: 'an object' },
    )
    .nullish(),
})
export type SegmentMessage = z.output<typeof segmentMessage>
