import { z } from 'zod'
import type { Page } from '../../core/contract/record.ts'
import { byOffset, followAll } from '../../core/contract/streams.ts'
import { cursorIn } from '../../core/contract/trail.ts'
import { customersBy, pageSize } from './find.ts'
import { recordOf } from './map.ts'
import { changedAt, order, recordsOf } from './order.ts'
import type { Wire } from './settings.ts'

/** Orders get their time in whole seconds, before they are saved. */
const unsettledMs = 5_000

const place = z.object({ orders: z.string().nullable(), customersPage: z.number() })
const placeFrom = (cursor: string | null): z.output<typeof place> =>
  cursor === null ? { orders: null, customersPage: 1 } : cursorIn(place, cursor, 'a pull from WooCommerce')

/** `modified_after` leaves out the very second, so that it is asked for from the one before. */
const orderQuery = (at: number, offset: number) => ({
  ...(at > 0 ? { modified_after: new Date(at - 1000).toISOString().replace(/\.\d+Z$/, 'Z') } : {}),
  dates_are_gmt: true,
  orderby: 'modified',
  order: 'asc',
  per_page: pageSize,
  offset,
})
const orderPager = ({ http }: Wire) =>
  byOffset(pageSize, async (at, offset) => {
    const query = orderQuery(at, offset)
    const { body } = await http({ method: 'GET', path: '/orders', query, reply: z.array(order) })
    const times = body.map((found) => Date.parse(changedAt(found)))
    const rows = body.flatMap((found, index) => recordsOf(found).map((record) => ({ at: times[index] ?? at, record })))
    return { rows, isFull: body.length === pageSize, last: times.at(-1) }
  })

/**
 * Orders by their time of change, then all customers: the API neither sorts these by a time of change nor filters them by
 * one. The last cursor leads back to the beginning of the customers.
 */
export async function* pull(ctx: Wire, cursor: string | null): AsyncGenerator<Page, void> {
  let { orders, customersPage } = placeFrom(cursor)
  for await (const page of followAll(orders, { orders: orderPager(ctx) }, { now: ctx.now, unsettledMs })) {
    orders = page.cursor
    yield { records: page.records, cursor: JSON.stringify({ orders, customersPage }) }
  }
  const at = new Date(ctx.now()).toISOString()
  for (; ; customersPage += 1) {
    const found = await customersBy(ctx, { orderby: 'id', order: 'asc', page: customersPage })
    const isLast = found.length < pageSize
    const next = isLast ? 1 : customersPage + 1
    yield { records: found.map((one) => recordOf(one, at)), cursor: JSON.stringify({ orders, customersPage: next }) }
    if (isLast) return
  }
}
