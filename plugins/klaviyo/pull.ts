import { z } from 'zod'
import type { Page, SourceRecord } from '../../core/contract/record.ts'
import { type Listing, pages } from './api.ts'
import { type Event, event, eventRecordOf, events, lookUpMetrics } from './event.ts'
import { recordOf } from './map.ts'
import { profile } from './profile.ts'
import type { Wire } from './settings.ts'
import { advanced, askedFrom, type Trails, trailIn, trailsFrom } from './trail.ts'

type Source = (from: string | null) => AsyncGenerator<readonly SourceRecord[], void>

const after = (field: string, from: string | null) => (from === null ? [] : [`greater-than(${field},${from})`])

const profilesOf = (ctx: Wire): Source =>
  async function* (from) {
    const query = {
      filter: after('updated', from).join(',') || undefined,
      sort: 'updated',
      'additional-fields[profile]': 'subscriptions',
      'page[size]': 100,
    }
    for await (const { items } of pages(ctx, '/api/profiles', profile, query)) yield items.map(recordOf)
  }

const named = z.object({ id: z.string(), attributes: z.object({ email: z.string().nullish() }) })
const addressesIn = ({ included }: Listing<Event>): ReadonlyMap<string, string> =>
  new Map(
    included.flatMap((item) => {
      const { id, attributes } = named.safeParse(item).data ?? {}
      return id && attributes?.email ? [[id, attributes.email] as const] : []
    }),
  )
const eventsOf = (ctx: Wire, name: string, metricId: string): Source =>
  async function* (from) {
    const query = {
      filter: [`equals(metric_id,"${metricId}")`, ...after('datetime', from)].join(','),
      sort: 'datetime',
      include: 'profile',
      'fields[profile]': 'email',
      'page[size]': 200,
    }
    for await (const listing of pages(ctx, '/api/events', event, query)) {
      const addresses = addressesIn(listing)
      yield listing.items.map((found) => {
        const email = addresses.get(found.relationships.profile.data.id)
        return eventRecordOf(events[name] ?? name, found, email ? [{ type: 'email', value: email }] : [])
      })
    }
  }

/** One collection after the other, each in the order of its times; the cursor holds how far each was read. */
export async function* pull(ctx: Wire, cursor: string | null): AsyncGenerator<Page, void> {
  let reached: Trails = trailsFrom(cursor)
  const metrics = await lookUpMetrics(ctx)
  const sources: readonly (readonly [string, Source])[] = [
    ['profiles', profilesOf(ctx)],
    ...metrics.map(([name, id]) => [name, eventsOf(ctx, name, id)] as const),
  ]
  for (const [name, source] of sources)
    for await (const records of source(askedFrom(trailIn(reached, name)))) {
      const { fresh, trail } = advanced(trailIn(reached, name), records)
      reached = { ...reached, [name]: trail }
      if (fresh.length > 0) yield { records: fresh, cursor: JSON.stringify(reached) }
    }
}
