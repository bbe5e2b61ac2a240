import { z } from 'zod'
import { type Decision, traceOf } from '../decide/decision.ts'
import { phases } from '../deliver/settings.ts'
import type { Explanation } from '../flow/profile-operations.ts'
import { messageKinds } from '../profile/message.ts'
import { reason } from './decide.ts'
import { instant, instantOf } from './list.ts'
import type { Given } from './route.ts'

export const identifier = z
  .strictObject({ type: z.string().min(1), value: z.string().min(1) })
  .meta({ id: 'Identifier' })
const values = z.record(z.string(), z.unknown())

export const profileShape = z
  .object({
    id: z.string(),
    identifiers: z.array(identifier),
    traits: values,
    computed: values,
    consents: z.record(z.string(), z.boolean()),
    segments: z.array(z.string()),
    provenance: values,
  })
  .meta({ id: 'Profile' })

export const timelineEntry = z
  .object({
    kind: z.literal('event'),
    messageId: z.string(),
    type: z.enum(messageKinds),
    event: z.string().nullable(),
    timestamp: z.string(),
    receivedAt: z.string(),
    source: z.string(),
    properties: values,
  })
  .meta({ id: 'TimelineEntry' })

const finalist = z.object({
  rule: z.string(),
  offer: z.string(),
  tier: z.number(),
  score: z.number(),
  lost: z.enum(['tier', 'score', 'tie', 'held', 'cap']).nullable().describe('null: it won'),
})
const counts = z.object({
  considered: z.int(),
  audience: z.int(),
  schedule: z.int(),
  validity: z.int(),
  eligible: z.int(),
  content: z.int(),
  cap: z.int(),
})
export const decisionShape = z
  .object({
    id: z.string(),
    slot: z.string(),
    offer: z.string(),
    rule: z.string(),
    revision: z.string(),
    tier: z.number(),
    score: z.number(),
    since: instant,
    endedAt: instant.nullable(),
    trace: z.object({ segments: z.array(z.string()), finalists: z.array(finalist), counts }),
  })
  .meta({ id: 'Decision' })

export const explanationShape = z
  .object({
    slot: z.string(),
    offer: z.string().nullable(),
    reason,
    decision: decisionShape.nullable(),
    finalists: z.array(finalist),
    counts,
    until: instant.nullable().describe('Until when this stays so if nothing else happens; null: until something does'),
    revision: z.string(),
  })
  .meta({ id: 'Explanation' })

const held = values.nullable()
export const channelShape = z
  .object({
    connector: z.string(),
    channel: z.string(),
    phase: z.enum(phases),
    contact: identifier,
    remoteId: z.string().nullable(),
    desired: held,
    acknowledged: held,
    pending: z.boolean(),
    state: z.string(),
    error: z.string().nullable(),
  })
  .meta({ id: 'Channel' })

/** The answer to an erasure. */
export const erased = z.object({ erased: z.literal(true), connectors: z.array(z.string()) })

/** A stored decision on the wire: times as instants, without the identity node that it hangs on. */
export const shapeDecision = ({
  since,
  endedAt,
  trace,
  ...decision
}: Decision): Given<z.input<typeof decisionShape>> => ({
  ...decision,
  trace: traceOf({ trace }),
  since: instantOf(since),
  endedAt: endedAt === null ? null : instantOf(endedAt),
})
export const shapeExplanation = (explanation: Explanation): Given<z.input<typeof explanationShape>> => ({
  ...explanation,
  decision: explanation.decision && shapeDecision(explanation.decision),
})
