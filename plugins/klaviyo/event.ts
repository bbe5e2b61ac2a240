import { z } from 'zod'
import type { EventRecord } from '../../core/contract/record.ts'
import type { Identifier } from '../../core/contract/value.ts'
import { all } from './api.ts'
import type { Wire } from './settings.ts'

export const event = z.object({
  id: z.string(),
  attributes: z.object({
    datetime: z.string(),
    event_properties: z.record(z.string(), z.unknown()).nullish(),
  }),
  relationships: z.object({
    profile: z.object({ data: z.object({ id: z.string() }) }),
  }),
})
export type Event = z.output<typeof event>

/** Klaviyo's own metrics, by name, and what they are called among the Segment semantic events. */
export const events: Readonly<Record<string, string>> = {
  'Opened Email': 'Email Opened',
  'Clicked Email': 'Email Link Clicked',
}

/** Klaviyo's property, and the name that the semantic event has for it. */
const properties: Readonly<Record<string, string>> = {
  Subject: 'email_subject',
  'Campaign Name': 'campaign_name',
  $message: 'campaign_id',
  URL: 'link_url',
}
export const eventRecordOf = (name: string, found: Event, identifiers: readonly Identifier[]): EventRecord => {
  const given = found.attributes.event_properties ?? {}
  return {
    kind: 'event',
    id: `event:${found.id}`,
    at: new Date(found.attributes.datetime).toISOString(),
    identifiers,
    remoteId: found.relationships.profile.data.id,
    event: name,
    properties: Object.fromEntries(
      Object.entries(properties).flatMap(([from, to]) => (given[from] === undefined ? [] : [[to, given[from]]])),
    ),
  }
}

const metric = z.object({ id: z.string(), attributes: z.object({ name: z.string().nullish() }) })
/** Ids of the metrics that we read, by Klaviyo's name. */
export const lookUpMetrics = async (ctx: Wire): Promise<readonly (readonly [string, string])[]> => {
  const { items } = await all(ctx, '/api/metrics', metric, { filter: 'equals(integration.name,"Klaviyo")' })
  return items.flatMap(({ id, attributes: { name } }) => (name && Object.hasOwn(events, name) ? [[name, id]] : []))
}
