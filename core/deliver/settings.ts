import { z } from 'zod'
import { condition } from '../rules/condition.ts'

export const phases = ['off', 'observe', 'shadow', 'pilot', 'live', 'retiring'] as const
/** What a connector may do: off nothing, observe read, shadow compute and record, pilot write for a cohort, live write, retiring only take back. */
export type Phase = (typeof phases)[number]
/** The phases that config and people choose; `retiring` is passed through on the way down. */
export const chosenPhases = ['off', 'observe', 'shadow', 'pilot', 'live'] as const

const target = z.union([
  z.string().min(1).describe("The tool's field, owned by the hub"),
  z.literal(true).describe('The field that the plugin names for this trait, owned by the hub'),
  z.strictObject({
    field: z.string().min(1),
    owner: z.enum(['hub', 'tool']).default('hub').describe('tool: read in, never written'),
    as: z
      .string()
      .min(1)
      .optional()
      .describe('Liquid over `value`, as "{{ value | upcase }}": what is written in its place, as text'),
  }),
  z.record(z.string(), z.string()).describe('A membership as the plugin declares it: { tag: Headphone fans }'),
])
const consent = z.union([
  z.strictObject({ purpose: z.string(), onWithdraw: z.enum(['clear', 'keep']).default('clear') }),
  z.strictObject({
    none: z.literal(true),
    because: z.string().min(10).describe('Why no consent is needed, for the auditor'),
  }),
])
/** One configured instance of a plugin, without the plugin's own settings (those the plugin's schema checks). */
export const connectorSettings = z.strictObject({
  use: z.string().min(1).describe('A folder in plugins/, or an npm package'),
  channel: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/)
    .describe('wcm email commerce crm sms push offline, or any kebab-case word'),
  phase: z
    .enum(chosenPhases)
    .default('off')
    .describe('The starting phase of a connector not seen before; then the stored one holds. Only off acts at once'),
  sandbox: z
    .union([
      z.boolean(),
      z.strictObject({
        seed: z.string().describe('A JSON file with the contacts and orders that the tool starts with'),
      }),
    ])
    .default(false),
  settings: z.record(z.string(), z.unknown()).default({}).describe("The plugin's own settings"),
  contact: z.strictObject({ key: z.string(), create: z.enum(['never', 'inScope']).default('never') }),
  scope: condition.optional().describe('Who; default everyone who has the key'),
  consent: consent.describe('{ purpose, onWithdraw }, or { none: true, because }'),
  map: z.record(z.string(), target).default({}).describe('The only allow-list: what is not here never leaves the hub'),
  pull: z.strictObject({ every: z.string() }).optional().describe('A cron expression'),
  limits: z
    .strictObject({
      perSecond: z.number().positive().optional(),
      concurrency: z.int().min(1).optional(),
      batch: z.int().min(1).optional(),
      timeoutMs: z.int().min(1).optional().describe('For one request'),
    })
    .default({}),
})
export type ConnectorSettings = z.output<typeof connectorSettings>

/** One draw for all its connectors: the same people in every tool. */
export const rolloutSettings = z.strictObject({
  segment: z.string().optional(),
  percent: z.number().min(0).max(100),
  offers: z.strictObject({ category: z.string().optional(), keys: z.array(z.string()).optional() }).optional(),
  connectors: z.array(z.string()).min(1),
})
export type RolloutSettings = z.output<typeof rolloutSettings>
