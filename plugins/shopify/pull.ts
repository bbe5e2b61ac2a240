import { z } from 'zod'
import type { SourceRecord } from '../../core/contract/record.ts'
import { followAll, type Pager } from '../../core/contract/streams.ts'
import type { Timed } from '../../core/contract/trail.ts'
import type { Hint } from '../../core/contract/webhook.ts'
import { ask } from './api.ts'
import { customerPage, customersById, linesOf, orderPage, ordersById } from './documents.ts'
import { keysOf, lookUpFields } from './lookup.ts'
import { cancelledRow, completedRow, contactRow, customer, line, type Order, order, pageInfo } from './map.ts'
import type { Wire } from './settings.ts'

/** A list is searched, and the search lags behind what was written. */
const unsettledMs = 60_000

const customers = z.object({ customers: z.object({ nodes: z.array(customer), pageInfo }) })
const orders = z.object({ orders: z.object({ nodes: z.array(order), pageInfo }) })
const lines = z.object({ order: z.object({ lineItems: z.object({ nodes: z.array(line), pageInfo }) }).nullish() })
const nodes = z.object({ nodes: z.array(z.unknown()) })

const nextOf = ({ hasNextPage, endCursor }: z.output<typeof pageInfo>) => (hasNextPage ? (endCursor ?? null) : null)
const from = (field: string, since: number) => (since === 0 ? '' : `${field}:>='${new Date(since).toISOString()}'`)

const customerPager = (ctx: Wire, names: readonly string[]): Pager => {
  const keys = keysOf(ctx, names)
  return async (since, token) => {
    const wanted = customerPage(from('updated_at', since) || null, token, keys)
    const { customers: page } = await ask(ctx, 'reading a page of customers', wanted, customers)
    const rows = page.nodes.map((found) => contactRow(found, ctx.settings.namespace, names))
    return { rows, next: nextOf(page.pageInfo) }
  }
}
/** An order with all its lines: the page brings the first few only. */
const completed = async (ctx: Wire, found: Order): Promise<Order> => {
  const after = nextOf(found.lineItems.pageInfo)
  if (after === null) return found
  const { order: more } = await ask(ctx, 'reading more lines of an order', linesOf(found.id, after), lines)
  if (!more) return found
  const { nodes: further, pageInfo: info } = more.lineItems
  return completed(ctx, { ...found, lineItems: { nodes: [...found.lineItems.nodes, ...further], pageInfo: info } })
}
const withLines = async (ctx: Wire, found: readonly Order[]): Promise<readonly Order[]> => {
  const whole: Order[] = []
  for (const one of found) if (!one.test) whole.push(await completed(ctx, one))
  return whole
}
const placedPager =
  (ctx: Wire): Pager =>
  async (since, token) => {
    const wanted = orderPage(from('created_at', since) || null, 'CREATED_AT', token)
    const { orders: page } = await ask(ctx, 'reading a page of orders', wanted, orders)
    return { rows: (await withLines(ctx, page.nodes)).map(completedRow), next: nextOf(page.pageInfo) }
  }
const cancelledPager =
  (ctx: Wire): Pager =>
  async (since, token) => {
    const wanted = orderPage(`status:cancelled ${from('updated_at', since)}`.trim(), 'UPDATED_AT', token)
    const { orders: page } = await ask(ctx, 'reading a page of cancelled orders', wanted, orders)
    return { rows: page.nodes.filter(({ test }) => !test).map(cancelledRow), next: nextOf(page.pageInfo) }
  }

const namesOf = async (ctx: Wire) => (await lookUpFields(ctx)).map(({ name }) => name)

export async function* pull(ctx: Wire, cursor: string | null) {
  const streams = {
    customers: customerPager(ctx, await namesOf(ctx)),
    placed: placedPager(ctx),
    cancelled: cancelledPager(ctx),
  }
  yield* followAll(cursor, streams, { now: ctx.now, unsettledMs })
}

const idsOf = (hints: readonly Hint[], object: string) => [
  ...new Set(hints.filter((hint) => hint.object === object).map(({ remoteId }) => remoteId)),
]
const rowsOf = (found: Order): readonly Timed[] =>
  found.cancelledAt ? [completedRow(found), cancelledRow(found)] : [completedRow(found)]

/** The customers and orders that webhooks named, as they are by now. */
export const recall = async (ctx: Wire, hints: readonly Hint[]): Promise<readonly SourceRecord[]> => {
  const rows: Timed[] = []
  const names = await namesOf(ctx)
  for (const id of idsOf(hints, 'customer')) {
    const found = await ask(ctx, 'reading a customer', customersById([id], keysOf(ctx, names)), nodes)
    const known = found.nodes.flatMap((node) => customer.safeParse(node).data ?? [])
    rows.push(...known.map((one) => contactRow(one, ctx.settings.namespace, names)))
  }
  for (const id of idsOf(hints, 'order')) {
    const found = await ask(ctx, 'reading an order', ordersById([id]), nodes)
    const known = found.nodes.flatMap((node) => order.safeParse(node).data ?? [])
    rows.push(...(await withLines(ctx, known)).flatMap(rowsOf))
  }
  return rows.map(({ record }) => record).filter(({ identifiers }) => identifiers.length > 0)
}
