import { z } from 'zod'
import type { Page } from '../../core/contract/record.ts'
import { followAll, type Pager } from '../../core/contract/streams.ts'
import type { Timed } from '../../core/contract/trail.ts'
import { type Listing, page } from './api.ts'
import { type Event, event, eventRecordOf, events, lookUpMetrics } from './event.ts'
import { recordOf } from './map.ts'
import { profile } from './profile.ts'
import type { Wire } from './settings.ts'

/** Klaviyo only knows `greater-than`, and its times may end at the second. */
const overlapMs = 1000
const after = (field: string, since: number) =>
  `greater-than(${field},${new Date(Math.max(0, since - overlapMs)).toISOString()})`
const rowOf = (record: Timed['record']): Timed => ({ at: Date.parse(record.at), record })

const profilesOf =
  (ctx: Wire): Pager =>
  async (since, token) => {
    const query = {
      filter: after('updated', since),
      sort: 'updated',
      'additional-fields[profile]': 'subscriptions',
      'page[size]': 100,
    }
    const { items, next } = await page(ctx, '/api/profiles', profile, query, token)
    return { rows: items.map((found) => rowOf(recordOf(found))), next }
  }

const named = z.object({ id: z.string(), attributes: z.object({ email: z.string().nullish() }) })
const addressesIn = ({ included }: Listing<Event>): ReadonlyMap<string, string> =>
  new Map(
    included.flatMap((item) => {
      const { id, attributes } = named.safeParse(item).data ?? {}
      return id && attributes?.email ? [[id, attributes.email] as const] : []
    }),
  )
const eventsOf =
  (ctx: Wire, name: string, metricId: string): Pager =>
  async (since, token) => {
    const query = {
      filter: `equals(metric_id,"${metricId}"),${after('datetime', since)}`,
      sort: 'datetime',
      include: 'profile',
      'fields[profile]': 'email',
      'page[size]': 200,
    }
    const listing = await page(ctx, '/api/events', event, query, token)
    const addresses = addressesIn(listing)
    const rows = listing.items.map((found) => {
      const email = addresses.get(found.relationships.profile.data.id)
      return rowOf(eventRecordOf(events[name] ?? name, found, email ? [{ type: 'email', value: email }] : []))
    })
    return { rows, next: listing.next }
  }

/** A change is found only some time after it was made, and one of two changes before the other. */
const unsettledMs = 30_000
/** Profiles by their last change, then opens and clicks by when they happened. */
export async function* pull(ctx: Wire, cursor: string | null): AsyncGenerator<Page, void> {
  const metrics = await lookUpMetrics(ctx)
  const streams = Object.fromEntries(metrics.map(([name, id]) => [name, eventsOf(ctx, name, id)]))
  yield* followAll(cursor, { profiles: profilesOf(ctx), ...streams }, { now: ctx.now, unsettledMs })
}
