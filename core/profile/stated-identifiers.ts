import { z } from 'zod'
import type { Identifier } from '../contract/value.ts'
import { isObject, type JsonObject, own } from './json.ts'
import type { SegmentMessage } from './segment-message.ts'
import type { ProfileSettings } from './settings.ts'

const idValue = z.union([z.string(), z.number()]).transform(String)

/** All four are required: an entry that lacks one is ignored, as Segment does. */
const externalId = z
  .object({
    id: idValue,
    type: z.string().regex(/^[\w.:-]{1,64}$/),
    collection: z.literal('users'),
    encoding: z.literal('none'),
  })
  .transform(({ type, id }): Identifier => ({ type, value: id }))

/** A phone or tablet, which counts only where profile.yaml declares its type. */
const device = z
  .object({
    id: idValue,
    type: z
      .string()
      .toLowerCase()
      .pipe(z.enum(['ios', 'android'])),
  })
  .transform(({ type, id }): Identifier => ({ type: `${type}.id`, value: id }))

const contactTypes = ['email', 'phone'] as const

const named = (type: string, value: unknown): readonly Identifier[] =>
  typeof value === 'string' || typeof value === 'number' ? [{ type, value: String(value) }] : []

const inTraits = (traits: JsonObject | null | undefined): readonly Identifier[] =>
  traits ? contactTypes.flatMap((type) => named(type, own(traits, type))) : []

/** What does not look like one at all is not even tried: a failed parse costs more than all others of a message. */
const wellFormed = (schema: z.ZodType<Identifier>, entries: readonly unknown[]): readonly Identifier[] =>
  entries.filter(isObject).flatMap((entry) => schema.safeParse(entry).data ?? [])

const inContext = (context: SegmentMessage['context'], settings: ProfileSettings): readonly Identifier[] => {
  if (!context) return []
  const devices = wellFormed(device, [context.device])
  return [
    ...inTraits(context.traits),
    ...wellFormed(externalId, context.externalIds ?? []),
    ...devices.filter(({ type }) => Object.hasOwn(settings.identifiers, type)),
  ]
}

/**
 * The identifiers that a Segment message states about its person, as it spells them. An alias's previous id is the
 * anonymous one; the traits of a group are the group's.
 */
export const statedIdentifiers = (
  message: SegmentMessage,
  kind: string,
  settings: ProfileSettings,
): readonly Identifier[] => [
  ...named('userId', message.userId),
  ...named('anonymousId', message.anonymousId),
  ...(kind === 'alias' ? named('anonymousId', message.previousId) : []),
  ...(kind === 'identify' ? inTraits(message.traits) : []),
  ...inContext(message.context, settings),
]
