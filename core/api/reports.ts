import { z } from 'zod'
import { phases } from '../deliver/settings.ts'
import type { Reports } from '../flow/operations.ts'
import { instant, next, paging } from './list.ts'
import { type Facts, nothing, type Route, route } from './route.ts'

const share = z.object({
  customers: z.int().describe('Whom at least two channels reach'),
  agree: z.int(),
  contradictory: z.int(),
  share: z.number().describe('agree / customers'),
})
/** How far the channels say the same. */
export const coherenceShape = z
  .object({
    at: instant,
    slots: z.array(
      z.object({
        slot: z.string(),
        before: share.describe("Before the hub's first write, by what the tools held"),
        now: share,
        live: share.describe('Now, among the live channels only'),
      }),
    ),
    channels: z.array(
      z.object({
        connector: z.string(),
        channel: z.string(),
        phase: z.string(),
        inScope: z.int(),
        decided: z.int(),
        agreedBefore: z.int(),
        agreed: z.int(),
        pending: z.int(),
        oldestPendingS: z.number(),
      }),
    ),
  })
  .meta({ id: 'Coherence' })

const disagreementShape = z
  .object({
    profileId: z.string(),
    slot: z.string(),
    shown: z.array(z.object({ connector: z.string(), offer: z.string().nullable() })),
  })
  .meta({ id: 'Disagreement' })
const phaseChange = z.object({ connector: z.string(), phase: z.enum(phases), at: instant, by: z.string() })
const deliveryTotal = z.object({ connector: z.string(), outcome: z.string(), count: z.int() })
const facts = { method: 'get', tag: 'reports', scope: 'read', input: nothing } as const satisfies Partial<Facts>

export const reportRoutes = (operations: Reports): readonly Route[] => [
  route({
    ...facts,
    id: 'coherence',
    path: '/v1/reports/coherence',
    summary: 'The share of customers whose channels all hold the same answer, before and now',
    response: coherenceShape,
    handle: () => operations.coherence(),
  }),
  route({
    ...facts,
    id: 'disagreements',
    path: '/v1/reports/disagreements',
    summary: 'The customers whose channels show different offers now, and what each of them shows',
    input: z.object({ query: paging }),
    response: z.object({ disagreements: z.array(disagreementShape), next }),
    handle: async ({ query }) => {
      const { items, next: further } = await operations.disagreements(query)
      return {
        disagreements: items.map(({ profile, slot, shown }) => ({ profileId: profile, slot, shown: [...shown] })),
        next: further,
      }
    },
  }),
  route({
    ...facts,
    id: 'phases',
    path: '/v1/reports/phases',
    summary: 'Which connector was moved to which phase, when and by whom',
    response: z.object({ phases: z.array(phaseChange), next }),
    handle: async () => ({ phases: await operations.phases(), next: null }),
  }),
  route({
    ...facts,
    id: 'deliveryTotals',
    path: '/v1/reports/deliveries',
    summary: 'How many writes ended how, by connector',
    response: z.object({ deliveries: z.array(deliveryTotal), next }),
    handle: async () => ({ deliveries: await operations.deliveryTotals(), next: null }),
  }),
]
