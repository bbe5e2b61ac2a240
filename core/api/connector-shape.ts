import { z } from 'zod'
import { fieldValue } from '../contract/value.ts'
import { chosenPhases, phases } from '../deliver/settings.ts'

export const connectorShape = z
  .object({
    id: z.string(),
    use: z.string().describe('The plugin'),
    title: z.string(),
    channel: z.string(),
    phase: z.enum(phases),
    phaseSince: z.string(),
    health: z.enum(['ok', 'paused', 'failing', 'off']),
    problem: z.string().nullable(),
    account: z.string().nullable(),
    contacts: z.int(),
    pending: z.int(),
    deadLetters: z.int(),
    lagS: z.number(),
    sandbox: z.object({ url: z.string() }).nullable(),
  })
  .meta({ id: 'Connector' })
export type ConnectorShape = z.output<typeof connectorShape>

const fields = z.record(z.string(), fieldValue)
export const deliveryShape = z
  .object({ at: z.string(), contact: z.string(), outcome: z.string(), reason: z.string().nullable(), fields })
  .meta({ id: 'Delivery' })
export const shadowShape = z
  .object({
    at: z.string(),
    contact: z.string(),
    would: fields.describe('What would have been written'),
    holds: fields.nullable().describe('What the tool holds'),
  })
  .meta({ id: 'ShadowEntry' })
export const deadLetterShape = z
  .object({ contact: z.string(), since: z.string(), attempts: z.int(), reason: z.string() })
  .meta({ id: 'DeadLetter' })

export const checked = z.object({
  account: z.string(),
  epoch: z.string(),
  skewS: z.number().nullable().describe("Seconds by which the tool's clock is ahead of the hub's"),
})
const lines = z.array(z.string())
export const setupShape = z
  .object({ created: lines, present: lines, manual: lines.describe('What a person must still do in the tool') })
  .meta({ id: 'SetupReport' })
export const pulled = z.object({ records: z.int() })
export const replayed = z.object({ replayed: z.int() })
export const gateShape = z
  .object({
    gate: z.string(),
    required: z
      .boolean()
      .describe('Unless it is met, the move is refused; else it is noted that a person went on without'),
    met: z.boolean(),
    found: z.string(),
    wanted: z.string(),
  })
  .meta({ id: 'Gate' })
/** The phases that a person may choose. */
export const wishedPhase = z.enum(chosenPhases)
export const phased = z.object({ phase: z.enum(phases) })

export const contentShape = z
  .object({
    id: z.string(),
    title: z.string(),
    kind: z.string(),
    locale: z.string().nullable(),
    url: z.string().nullable(),
    updatedAt: z.string(),
  })
  .meta({ id: 'ContentEntry' })
const observedRuleShape = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.string(),
    active: z.boolean(),
    audience: z.string().nullable(),
    says: z.string().nullable(),
    changedAt: z.string().nullable(),
    names: z.array(z.string()).describe('Offers of the hub that it names while it is active'),
  })
  .meta({ id: 'ObservedRule' })
const contradictionShape = z
  .object({
    placement: z.string(),
    slot: z.string(),
    shows: z.string().describe('The offer that the tool shows by itself'),
    customers: z.int().describe('For whom the hub has decided otherwise'),
  })
  .meta({ id: 'Contradiction' })
export const observedRulesShape = z.object({
  rules: z.array(observedRuleShape),
  contradictions: z.array(contradictionShape),
})
