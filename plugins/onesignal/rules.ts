import { z } from 'zod'
import type { ObservedRule } from '../../core/contract/content.ts'
import type { Wire } from './settings.ts'

const segment = z.object({
  id: z.string(),
  name: z.string(),
  created_at: z.string().nullish(),
  updated_at: z.string().nullish(),
  is_active: z.boolean().nullish(),
})
type Segment = z.output<typeof segment>
const journey = z.object({
  id: z.string(),
  name: z.string().nullish(),
  state: z.string().nullish(),
  updated_at: z.string().nullish(),
  audience: z.object({ kind: z.string() }).nullish(),
})
const journeys = z.object({
  journeys: z.array(journey).nullish(),
  has_more: z.boolean().nullish(),
  next_cursor: z.string().nullish(),
})

const pathIn = ({ settings: { appId } }: Wire, rest: string) => `/apps/${encodeURIComponent(appId)}${rest}`
/** The oldest first. */
export const segmentsOf = async (ctx: Wire, limit: number, offset = 0): Promise<readonly Segment[]> => {
  const reply = z.object({ segments: z.array(segment) })
  const path = pathIn(ctx, '/segments')
  return (await ctx.http({ method: 'GET', path, query: { limit, offset }, reply })).body.segments
}

const segmentRule = ({ id, name, is_active, updated_at }: Segment): ObservedRule => ({
  id: `segment:${id}`,
  name,
  kind: 'segment',
  active: is_active ?? true,
  audience: null,
  says: null,
  changedAt: updated_at ?? null,
})
const journeyRule = ({ id, name, state, updated_at, audience }: z.output<typeof journey>): ObservedRule => ({
  id: `journey:${id}`,
  name: name ?? id,
  kind: 'journey',
  active: state === 'active',
  audience: audience?.kind ?? null,
  says: null,
  changedAt: updated_at ?? null,
})

/** The journeys API is in beta, and 403 or 404 where an app has none of it. */
const allJourneys = async (ctx: Wire, cursor?: string): Promise<readonly ObservedRule[]> => {
  const query = { cursor, limit: 50 }
  const path = pathIn(ctx, '/journeys')
  const { body } = await ctx.http({ method: 'GET', path, query, accept: [403, 404], reply: journeys })
  const rules = (body.journeys ?? []).map(journeyRule)
  return body.has_more && body.next_cursor ? [...rules, ...(await allJourneys(ctx, body.next_cursor))] : rules
}
const mostSegments = 300
const allSegments = async (ctx: Wire, offset = 0): Promise<readonly ObservedRule[]> => {
  const page = await segmentsOf(ctx, mostSegments, offset)
  const rules = page.map(segmentRule)
  return page.length < mostSegments ? rules : [...rules, ...(await allSegments(ctx, offset + mostSegments))]
}

/** Segments, and journeys with what lets people in. */
export const observedRules = async (ctx: Wire): Promise<readonly ObservedRule[]> => [
  ...(await allSegments(ctx)),
  ...(await allJourneys(ctx)),
]
