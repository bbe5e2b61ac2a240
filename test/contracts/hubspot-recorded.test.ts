import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { heldPage } from '../../plugins/hubspot/contact.ts'
import hubspot from '../../plugins/hubspot/index.ts'
import { recordOf } from '../../plugins/hubspot/map.ts'
import { write } from '../../plugins/hubspot/write.ts'
import { attempt } from '../conformance/delivery.ts'
import { needsShared, shared } from '../core/profile/shared.ts'
import { type Exchange, recorded, replaying } from './recorded.ts'

const client = (exchange: Exchange) => replaying(hubspot, { accessToken: 'pat' }, exchange)
const given = (method: string, path: RegExp, ...statuses: readonly number[]) =>
  recorded('hubspot', method, path, ...statuses)
const search = (exchange: Exchange) =>
  client(exchange).http({ method: 'POST', path: '/crm/v3/objects/contacts/search', reply: heldPage })
const inputs = z.object({
  inputs: z.array(z.object({ id: z.string(), properties: z.record(z.string(), z.coerce.string()) })),
})

describe.skipIf(shared === undefined)(`live answers of HubSpot${needsShared}`, () => {
  // One endpoint for all objects, of which contacts are one.
  const all = {
    searches: given('POST', /^\/crm\/v3\/objects\/[^/]+\/search$/, 200),
    throttled: given('POST', /^\/crm\/v3\/objects\/[^/]+\/search$/, 429),
    updates: given('POST', /^\/crm\/v3\/objects\/[^/]+\/batch\/update$/, 200),
  }

  it('are as many as there are of the calls that the connector makes', () => {
    const counts = Object.entries(all).map(([name, exchanges]) => [name, exchanges.length])
    expect(Object.fromEntries(counts)).toEqual({ searches: 642, throttled: 69, updates: 36 })
  })

  it('to a search are pages, and those of contacts records with their time', async () => {
    const names = ['firstname', 'lastname']
    let records = 0
    for (const exchange of all.searches) {
      const { body } = await search(exchange)
      if (!exchange.path.includes('/CONTACT/')) continue
      for (const held of body.results) {
        const { id, at, fields } = recordOf(held, names, new Map())
        expect([id, Number.isNaN(Date.parse(at))]).toEqual([`contact:${held.id}:${at}`, false])
        expect(Object.keys(fields)).toEqual(names)
        records += 1
      }
    }
    expect(records).toBe(301)
  })

  it('with 429 hold everything back', async () => {
    for (const exchange of all.throttled) expect((await attempt(() => search(exchange))).error?.kind).toBe('throttled')
  })

  it('to an update are understood, and claim nothing of whom they do not name by the trace', async () => {
    for (const exchange of all.updates) {
      const sent = inputs.parse(exchange.body).inputs.map((input) => ({ ...input, objectWriteTraceId: `t${input.id}` }))
      const outcomes = await write(client(exchange), 'update', sent)
      expect(outcomes.map(([trace, { status }]) => [trace, status])).toEqual(
        sent.map(({ objectWriteTraceId }) => [objectWriteTraceId, 'retry']),
      )
    }
  })
})
