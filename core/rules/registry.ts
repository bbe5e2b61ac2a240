import { z } from 'zod'
import { durationText } from '../profile/settings.ts'
import { condition } from './condition.ts'

const key = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'kebab-case: lower-case letters, digits and hyphens')
const localised = z.record(z.string(), z.string()).describe('Locale or language -> text')
const day = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })])
  .describe('A date means the whole day in hub.timezone')

export const segmentKind = z.strictObject({
  key,
  name: localised.optional(),
  when: condition,
  owner: z.string().optional(),
})
export const slotKind = z.strictObject({
  key,
  name: localised.optional(),
  hold: durationText.optional().describe('How long an answer stays while it stays eligible'),
  scope: z
    .enum(['profile', 'request'])
    .default('profile')
    .describe('request: decided for one request with its context, never stored or pushed'),
  owner: z.string().optional(),
})
const contentField = z.strictObject({
  type: z.enum(['text', 'url', 'number', 'entry']).describe('entry: the id of a piece of content that the tool keeps'),
  max: z.int().min(1).optional(),
  required: z.boolean().default(false),
})
const rendered = z.record(z.string(), z.string())
export const placementKind = z.strictObject({
  key,
  name: localised.optional(),
  channel: z.string(),
  connector: z.string().optional(),
  slot: z.string(),
  fields: z.record(z.string(), contentField).default({}),
  fallback: z.record(z.string(), rendered).describe('Locale -> field -> text: what is shown when no offer applies'),
  observed: z
    .strictObject({ field: z.string(), values: z.record(z.string(), z.string().nullable()) })
    .optional()
    .describe('Which offer the tool shows by itself today: its field, and value -> offer key'),
})
const perCustomer = z.strictObject({ max: z.int().min(1), within: durationText })
export const offerKind = z.strictObject({
  key,
  name: localised.optional(),
  category: z.string().optional(),
  products: z.array(z.string()).default([]),
  validFrom: day.optional(),
  validTo: day.optional(),
  value: z.number().positive().default(1),
  eligible: condition.optional(),
  limits: z.strictObject({ perCustomer: perCustomer.optional(), total: z.int().min(1).optional() }).optional(),
  content: z
    .record(z.string(), z.record(z.string(), rendered))
    .describe('`default`, a channel or a placement -> locale -> field -> Liquid text'),
})
export const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const schedule = z.strictObject({
  from: day.optional(),
  to: day.optional(),
  days: z.array(z.enum(days)).min(1).optional(),
  hours: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'hours such as 08:00-20:00')
    .optional()
    .describe('22:00-06:00 goes over midnight and belongs to the day on which it begins'),
  zone: z.string().default('hub').describe('hub, or an IANA time zone'),
})
export const ruleKind = z.strictObject({
  key,
  name: localised.optional(),
  slot: z.string(),
  when: condition,
  offer: z.string(),
  tier: z.int().default(0),
  weight: z.number().positive().default(1),
  schedule: schedule.optional(),
  owner: z.string().optional(),
})
const givenEvent = z.strictObject({
  event: z.string(),
  timestamp: z.iso.datetime({ offset: true }).describe("Not after the example's own `at`"),
  properties: z.record(z.string(), z.unknown()).default({}),
})
const given = z.strictObject({
  identifiers: z.record(z.string(), z.string()).default({}).describe('Type -> value; needed by no condition'),
  traits: z.record(z.string(), z.unknown()).default({}),
  consents: z.record(z.string(), z.boolean()).default({}),
  events: z.array(givenEvent).default([]),
})
const expected = z.strictObject({
  segments: z.array(z.string()).optional().describe('Segments that the customer must be in; of others nothing is said'),
  not: z
    .strictObject({ segments: z.array(z.string()) })
    .optional()
    .describe('Segments that the customer must not be in'),
  slots: z
    .record(z.string(), z.string().nullable())
    .optional()
    .describe('Slot -> the offer that must win it, or null: none may. Slots that are not named may hold anything'),
})
/** A worked case that a rule file carries: what must come out for this customer at this instant. */
export const exampleKind = z
  .strictObject({
    name: z.string(),
    at: z.iso.datetime({ offset: true }),
    profile: given,
    expect: expected,
  })
  .describe(
    'Run whenever the rules are read: a customer of whom only this is known, and who was never given anything, is decided at this instant. What comes out otherwise than expected is a problem of the file',
  )

/** The whole registry: what marketers write, each kind in file order. An immutable, hashed state of it is a revision. */
export const registry = z.strictObject({
  segments: z.array(segmentKind).default([]),
  slots: z.array(slotKind).default([]),
  placements: z.array(placementKind).default([]),
  offers: z.array(offerKind).default([]),
  rules: z.array(ruleKind).default([]),
  examples: z.array(exampleKind).default([]),
})
export type Registry = z.output<typeof registry>
export type Segment = z.output<typeof segmentKind>
export type Slot = z.output<typeof slotKind>
export type ContentField = z.output<typeof contentField>
export type Placement = z.output<typeof placementKind>
export type Offer = z.output<typeof offerKind>
export type Rule = z.output<typeof ruleKind>
export type Schedule = z.output<typeof schedule>
export type Example = z.output<typeof exampleKind>

/** Whether nobody has written anything yet. */
export const isEmpty = (state: Registry): boolean => Object.values(state).every((kind) => kind.length === 0)

/** One kind of the registry by key. */
export const byKey = <Kind extends { readonly key: string }>(kinds: readonly Kind[]): ReadonlyMap<string, Kind> =>
  new Map(kinds.map((kind) => [kind.key, kind]))
