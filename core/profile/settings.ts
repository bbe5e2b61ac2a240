import { z } from 'zod'

/** A span of time as marketers write it: `30s`, `15m`, `36h`, `60d`, `8w`. A day is 24 hours. */
export const durationText = z
  .string()
  .regex(/^\d{1,6}[smhdw]$/, 'a duration such as 30s, 15m, 36h, 60d or 8w')
  .meta({ description: 'A duration: a whole number and s, m, h, d (24 hours) or w' })

const msPerUnit = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const
const isUnit = (text: string): text is keyof typeof msPerUnit => text in msPerUnit

/** Milliseconds of a duration that `durationText` accepted. */
export const durationMs = (text: string): number => {
  const unit = text.slice(-1)
  if (!isUnit(unit)) throw new Error(`reading the duration "${text}": it must end in s, m, h, d or w`)
  return Number(text.slice(0, -1)) * msPerUnit[unit]
}

const blockedValue = z.union([
  z.string(),
  z.strictObject({
    pattern: z
      .string()
      .regex(/^(?:\^.+|.+\$)$/, 'anchored text: ^prefix, suffix$ or ^the whole$')
      .describe('A prefix or suffix, anchored: ^test@ or @shop.example$. No other character has a meaning'),
  }),
])
const identifierSettings = z.strictObject({
  limit: z.int().min(1).describe('How many of this type one profile may have'),
  blocked: z
    .array(blockedValue)
    .default([])
    .describe('Values that name nobody: they stay in the event and identify no one'),
  region: z
    .string()
    .regex(/^[A-Z]{2}$/, 'a country in two capitals, as DE')
    .optional()
    .describe('Default country of phone numbers written without one, as DE'),
  sharedWithin: durationText
    .optional()
    .describe(
      'Devices: one that is seen with two people within this time links nobody (anonymousId: 30d unless stated)',
    ),
})
export type IdentifierSettings = z.output<typeof identifierSettings>

export const traitTypes = ['string', 'number', 'boolean', 'datetime', 'date', 'list'] as const
export type TraitType = (typeof traitTypes)[number]
export const traitStrategies = [
  'source_rank_then_recent',
  'most_recent',
  'oldest',
  'max',
  'min',
  'non_empty',
  'set_union',
  'most_frequent_over_sources',
] as const
export type TraitStrategy = (typeof traitStrategies)[number]
const traitSettings = z.strictObject({
  type: z.enum(traitTypes),
  class: z
    .enum(['none', 'pseudonymous', 'contact', 'special'])
    .default('none')
    .describe('How personal it is: decides redaction'),
  strategy: z.enum(traitStrategies).default('source_rank_then_recent').describe('Which of several statements wins'),
  maxAge: durationText.optional().describe('After this time a statement loses against any younger one'),
})

export const computedFunctions = ['count', 'sum', 'average', 'first', 'last', 'mostFrequent', 'distinct'] as const
const computedSettings = z
  .strictObject({
    fn: z.enum(computedFunctions),
    event: z.string().min(1).describe('The event it is derived from'),
    property: z
      .string()
      .min(1)
      .optional()
      .describe('A declared property of the event; count needs none. `timestamp` is the event time'),
    within: durationText.optional().describe('Only events in (now - within, now]'),
  })
  .refine((computed) => computed.fn === 'count' || computed.property !== undefined, {
    message: 'names a property, as every function but count does',
    path: ['property'],
  })
export type ComputedSettings = z.output<typeof computedSettings>

const consentSettings = z.strictObject({
  default: z.enum(['granted', 'denied']).describe('What holds for a person who has not said'),
  channels: z.array(z.string()).default([]),
})

const propertyTypes = ['string', 'number', 'boolean', 'datetime'] as const
const eventSettings = z.strictObject({
  key: z.string().optional().describe('The property that makes an event the same event, whoever reports it'),
  properties: z
    .record(z.string(), z.enum(propertyTypes))
    .default({})
    .describe('Path -> type; `products[].sku` reads each element'),
})
export type EventSettings = z.output<typeof eventSettings>

const column = z.string().min(1)
const importSettings = z.strictObject({
  type: z.enum(['track', 'identify']),
  event: z.string().min(1).optional().describe('track: the event name'),
  groupBy: column.optional().describe('Rows with the same value are one event, as the lines of an invoice'),
  userId: z.string().optional().describe('Liquid over the columns: "{{ CustomerID }}"'),
  anonymousId: z.string().optional(),
  email: z.string().optional(),
  timestamp: z.strictObject({ column, zone: z.string().default('UTC') }).optional(),
  properties: z
    .record(z.string(), z.string())
    .default({})
    .describe("Property -> Liquid over the (first) row's columns"),
  traits: z.record(z.string(), z.string()).default({}).describe('identify: trait -> Liquid over the columns'),
  products: z
    .record(z.string(), column)
    .optional()
    .describe('Per row: property -> column. With `quantity` and `price` the order gets its revenue, an exact decimal'),
})
export type ImportSettings = z.output<typeof importSettings>

/** profile.yaml: who a person is, what is known of them, what they may be told. */
export const profileSettings = z.strictObject({
  identifiers: z
    .record(z.string(), identifierSettings)
    .describe('Order = rank, the strongest first. `<connector>:<id>` is built in with limit 1'),
  traits: z.record(z.string(), traitSettings).default({}),
  computed: z.record(z.string(), computedSettings).default({}),
  consents: z.record(z.string(), consentSettings).default({}),
  events: z
    .strictObject({
      mode: z.enum(['observe', 'enforce']).default('observe'),
      types: z.record(z.string(), eventSettings).default({}),
    })
    .prefault({}),
  imports: z.record(z.string(), importSettings).default({}),
})
export type ProfileSettings = z.output<typeof profileSettings>
