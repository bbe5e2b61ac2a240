import { z } from 'zod'
import type { ObservedRule } from '../../core/contract/content.ts'
import { all } from './api.ts'
import type { Wire } from './settings.ts'

const text = z.string().nullish()
const trigger = z.object({
  id: z.string(),
  attributes: z.object({ name: text }),
  relationships: z
    .object({ 'flow-triggers': z.object({ data: z.array(z.object({ id: z.string() })).nullish() }).nullish() })
    .nullish(),
})
type Trigger = z.output<typeof trigger>
const segment = z.object({
  id: z.string(),
  attributes: z.object({
    name: text,
    updated: text,
    is_active: z.boolean().nullish(),
    definition: z.unknown().optional(),
  }),
})
const flow = z.object({
  type: z.literal('flow'),
  id: z.string(),
  attributes: z.object({ name: text, status: text, archived: z.boolean().nullish(), updated: text }),
})

const segmentRule = ({ id, attributes }: z.output<typeof segment>): ObservedRule => ({
  id: `segment:${id}`,
  name: attributes.name ?? id,
  kind: 'segment',
  active: attributes.is_active ?? true,
  audience: attributes.definition ? JSON.stringify(attributes.definition) : null,
  says: null,
  changedAt: attributes.updated ?? null,
})
const flowRule = ({ id, attributes }: z.output<typeof flow>, audience: string): ObservedRule => ({
  id: `flow:${id}`,
  name: attributes.name ?? id,
  kind: 'flow',
  active: attributes.status === 'live' && attributes.archived !== true,
  audience,
  says: null,
  changedAt: attributes.updated ?? null,
})

/** Flows are found by what triggers them, as the API that is described here lists them by no other way. */
const flowsFrom = async (ctx: Wire, path: string, kind: string): Promise<readonly ObservedRule[]> => {
  const { items, included } = await all(ctx, path, trigger, { include: 'flow-triggers' })
  const owner = (id: string) => (one: Trigger) =>
    (one.relationships?.['flow-triggers']?.data ?? []).some((link) => link.id === id)
  return included.flatMap((item) => {
    const found = flow.safeParse(item).data
    return found ? [flowRule(found, `${kind} ${items.find(owner(found.id))?.attributes.name ?? ''}`.trim())] : []
  })
}

/** Segments with their conditions, and flows with what triggers them. */
export const observedRules = async (ctx: Wire): Promise<readonly ObservedRule[]> => {
  const segments = await all(ctx, '/api/segments', segment)
  const flows = [
    ...(await flowsFrom(ctx, '/api/lists', 'list')),
    ...(await flowsFrom(ctx, '/api/segments', 'segment')),
    ...(await flowsFrom(ctx, '/api/metrics', 'metric')),
  ]
  return [...segments.items.map(segmentRule), ...flows]
}
