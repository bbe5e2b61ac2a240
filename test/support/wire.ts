import { z } from 'zod'

/*
 * What users and their tools rely on, as the public interface fixes it: written down apart from the hub's own schemas,
 * so that a renamed member fails here. Members may be added.
 */
const instant = z.iso.datetime()
const count = z.int().min(0)
const values = z.record(z.string(), z.unknown())
const next = z.string().nullable()
const phase = z.enum(['off', 'observe', 'shadow', 'pilot', 'live', 'retiring'])

export const problem = z.object({ type: z.string().min(1), title: z.string(), status: z.int() })

export const ingested = z.object({
  success: z.literal(true),
  accepted: count,
  refused: z.array(
    z.object({ index: count, messageId: z.string().nullable(), code: z.string(), detail: z.string().min(1) }),
  ),
})

const placementDecision = z.object({
  placement: z.string(),
  slot: z.string(),
  offer: z.string().nullable(),
  variant: z.string(),
  content: z.record(z.string(), z.string()),
  decisionId: z.string().nullable(),
  reason: z.object({ code: z.string(), rule: z.string().nullable() }),
})
export const decided = z.object({
  profileId: z.string(),
  revision: z.string(),
  decisions: z.array(placementDecision),
})

const identifier = z.object({ type: z.string(), value: z.string() })
export const profile = z.object({
  id: z.string(),
  identifiers: z.array(identifier),
  traits: values,
  computed: values,
  consents: z.record(z.string(), z.boolean()),
  segments: z.array(z.string()),
  provenance: values,
})
export const profiles = z.object({ profiles: z.array(profile), next })
export const timeline = z.object({
  entries: z.array(
    z.object({
      kind: z.literal('event'),
      messageId: z.string(),
      type: z.enum(['identify', 'track', 'page', 'screen', 'group', 'alias']),
      event: z.string().nullable(),
      timestamp: instant,
      receivedAt: instant,
      source: z.string(),
      properties: values,
    }),
  ),
  next,
})
export const channels = z.object({
  channels: z.array(
    z.object({
      connector: z.string(),
      desired: values.nullable(),
      acknowledged: values.nullable(),
      pending: z.boolean(),
    }),
  ),
})

const connector = z.object({
  id: z.string(),
  channel: z.string(),
  phase,
  health: z.string(),
  pending: count,
  deadLetters: count,
  lagS: z.number(),
  sandbox: z.object({ url: z.url() }).nullable(),
})
export const connectors = z.object({ connectors: z.array(connector), next })

const share = z.object({ customers: count, agree: count, contradictory: count, share: z.number().min(0).max(1) })
export const coherence = z.object({
  at: instant,
  slots: z.array(z.object({ slot: z.string(), before: share, now: share, live: share })),
  channels: z.array(
    z.object({
      connector: z.string(),
      channel: z.string(),
      phase,
      inScope: count,
      agreed: count,
      pending: count,
      oldestPendingS: z.number(),
    }),
  ),
})

export const registry = z.object({
  revision: z.string(),
  segments: z.array(values),
  slots: z.array(values),
  placements: z.array(values),
  offers: z.array(values),
  rules: z.array(values),
  experiments: z.array(values),
})

export const config = z.object({
  loadedAt: z.iso.datetime(),
  problems: z.array(z.string()),
  waiting: z.array(z.object({ kind: z.string(), key: z.string(), change: z.string() })),
})
