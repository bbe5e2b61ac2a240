import { z } from 'zod'
import type { SourceRecord } from '../../core/contract/record.ts'
import { byOffset, followAll } from '../../core/contract/streams.ts'
import type { Hint } from '../../core/contract/webhook.ts'
import { customersBy, listOf, mostInList, pageSize } from './find.ts'
import { recordOf } from './map.ts'
import { order, orderFields, recordsOf } from './order.ts'
import type { Wire } from './settings.ts'

/** A change gets its time before its transaction ends. */
const unsettledMs = 5_000

const orders = z.object({ orders: z.array(order) })
const ordersBy = async ({ http }: Wire, query: Readonly<Record<string, string | number>>) => {
  const all = { fields: orderFields, limit: pageSize, ...query }
  return (await http({ method: 'GET', path: '/admin/orders', query: all, reply: orders })).body.orders
}

/** The server sorts by one field only: two are an error to it. */
const from = (at: number, offset: number) => ({
  'updated_at[$gte]': new Date(at).toISOString(),
  order: 'updated_at',
  offset,
})
interface Dated {
  readonly updated_at: string
}
const pagerOf = <T extends Dated>(
  pageFrom: (query: Readonly<Record<string, string | number>>) => Promise<readonly T[]>,
  recordsFrom: (found: T) => readonly SourceRecord[],
) =>
  byOffset(pageSize, async (at, offset) => {
    const page = await pageFrom(from(at, offset))
    const timeOf = ({ updated_at }: Dated) => Date.parse(updated_at)
    const rows = page.flatMap((found) => recordsFrom(found).map((record) => ({ at: timeOf(found), record })))
    const last = page.at(-1)
    return { rows, isFull: page.length === pageSize, last: last && timeOf(last) }
  })

/** Orders by their time of change, too: one that was a draft was created long before it was placed. */
export const pull = (ctx: Wire, cursor: string | null) => {
  const streams = {
    customers: pagerOf(
      (query) => customersBy(ctx, query),
      (found) => [recordOf(found)],
    ),
    orders: pagerOf((query) => ordersBy(ctx, query), recordsOf),
  }
  return followAll(cursor, streams, { now: ctx.now, unsettledMs })
}

const idsOf = (hints: readonly Hint[], object: string) => [
  ...new Set(hints.filter((hint) => hint.object === object).map(({ remoteId }) => remoteId)),
]
const inParts = async <T>(ids: readonly string[], read: (part: readonly string[]) => Promise<readonly T[]>) => {
  const found: T[] = []
  for (let first = 0; first < ids.length; first += mostInList)
    found.push(...(await read(ids.slice(first, first + mostInList))))
  return found
}
/** The customers and orders that webhooks named, as they are by now. */
export const recall = async (ctx: Wire, hints: readonly Hint[]): Promise<readonly SourceRecord[]> => {
  const known = await inParts(idsOf(hints, 'customer'), (ids) => customersBy(ctx, listOf('id', ids)))
  const placed = await inParts(idsOf(hints, 'order'), (ids) => ordersBy(ctx, listOf('id', ids)))
  const records: readonly SourceRecord[] = [...known.map(recordOf), ...placed.flatMap(recordsOf)]
  return records.filter(({ identifiers }) => identifiers.length > 0)
}
