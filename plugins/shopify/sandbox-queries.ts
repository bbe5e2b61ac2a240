import { z } from 'zod'
import { GraphqlError } from '../../core/contract/sandbox-graphql.ts'
import { customerOf, gid, type Shop, type ShopCustomer, type ShopOrder } from './sandbox-shop.ts'

export type Args = Readonly<Record<string, unknown>>
export type Resolvers = Readonly<Record<string, (held: Shop, args: Args, now: number) => unknown>>

const customerView = ({ email, marketingState, phone, metafields, ...own }: ShopCustomer, { orders }: Shop) => ({
  __typename: 'Customer',
  ...own,
  canDelete: !Object.values(orders).some(({ customerId }) => customerId === own.id),
  defaultEmailAddress: email === null ? null : { emailAddress: email, marketingState },
  defaultPhoneNumber: phone === null ? null : { phoneNumber: phone },
  metafields: {
    nodes: Object.entries(metafields).map(([path, { type, value }]) => {
      const [namespace = '', ...key] = path.split('.')
      return { namespace, key: key.join('.'), type, value }
    }),
  },
})
const money = (amount: number) => ({ shopMoney: { amount: amount.toFixed(2), currencyCode: 'EUR' } })
const lineView = ({ sku, name, category, price, quantity }: ShopOrder['lines'][number]) => ({
  sku,
  title: name,
  quantity,
  originalUnitPriceSet: money(price),
  product: { id: gid('Product', sku), productType: category },
})
/** What a list shows, `first` at a time; its cursor is a place among what is listed. */
const connection = <T>(all: readonly T[], args: Args, view: (item: T) => unknown = (item) => item) => {
  const { first, after } = z.object({ first: z.int().max(250), after: z.string().nullish() }).parse(args)
  const from = after ? Number(after) + 1 : 0
  const end = from + first
  return {
    nodes: all.slice(from, end).map(view),
    pageInfo: {
      hasNextPage: end < all.length,
      endCursor: all.length > from ? String(Math.min(end, all.length) - 1) : null,
    },
  }
}
const orderView = (held: Shop) => (found: ShopOrder) => {
  const buyer = held.customers[found.customerId]
  const total = found.lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0)
  return {
    __typename: 'Order',
    ...found,
    test: false,
    customer: buyer ? customerView(buyer, held) : null,
    totalPriceSet: money(total),
    lineItems: connection(found.lines, { first: 10 }, lineView),
  }
}

const filters = {
  status: (found: object, wanted: string) =>
    wanted !== 'cancelled' || ('cancelledAt' in found && found.cancelledAt !== null),
  updated_at: (found: object, wanted: string) => 'updatedAt' in found && isFrom(found.updatedAt, wanted),
  created_at: (found: object, wanted: string) => 'createdAt' in found && isFrom(found.createdAt, wanted),
} as const
const isFrom = (time: unknown, wanted: string) => Date.parse(String(time)) >= Date.parse(wanted)
/** Shopify's search, as far as the connector uses it; a term that it does not know finds nothing. */
const matches = (found: object, query: unknown): boolean =>
  String(query ?? '')
    .split(' ')
    .filter((term) => term !== '')
    .every((term) => {
      const [, name, value] = /^(status|updated_at|created_at):(?:>=)?'?([^']*)'?$/.exec(term) ?? []
      if (name === 'status' || name === 'updated_at' || name === 'created_at') return filters[name](found, value ?? '')
      throw new GraphqlError('BAD_REQUEST', `The search term ${term} is not understood here.`)
    })
const sortKeys: Readonly<Record<string, 'updatedAt' | 'createdAt'>> = {
  UPDATED_AT: 'updatedAt',
  CREATED_AT: 'createdAt',
}
const sorted = <T extends { readonly id: string; readonly updatedAt: string; readonly createdAt?: string }>(
  all: readonly T[],
  { query, sortKey }: Args,
): readonly T[] => {
  const key = sortKeys[String(sortKey)] ?? 'updatedAt'
  const rank = (item: T) => `${item[key] ?? ''} ${item.id}`
  return all.filter((item) => matches(item, query)).sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
}

const identifier = z.object({ emailAddress: z.string() })
const noted = { status: 'ACTIVE', updatedAt: '2026-01-02T10:00:00Z' }

/** Queries of the Admin API. */
export const queries: Resolvers = {
  shop: ({ domain }) => ({ id: gid('Shop', domain), name: 'Sandbox shop', myshopifyDomain: domain }),
  metafieldDefinitions: ({ definitions }, args) =>
    connection(definitions, args, ({ type, ...found }) => ({ ...found, type: { name: type } })),
  customerByIdentifier(held, args) {
    const found = customerOf(held, identifier.parse(args.identifier).emailAddress)
    return found ? customerView(found, held) : null
  },
  customers: (held, args) =>
    connection(sorted(Object.values(held.customers), args), args, (found) => customerView(found, held)),
  orders: (held, args) => connection(sorted(Object.values(held.orders), args), args, orderView(held)),
  /** Asked only for the lines after those that a page of orders brings. */
  order(held, args) {
    const found = held.orders[String(args.id)]
    if (!found) return null
    const further = connection(found.lines.slice(10), { first: 200 }, lineView)
    return { ...orderView(held)(found), lineItems: further }
  },
  nodes: (held, args) =>
    z
      .array(z.string())
      .parse(args.ids)
      .map((id) => {
        const [customer, order] = [held.customers[id], held.orders[id]]
        if (customer) return customerView(customer, held)
        return order ? orderView(held)(order) : null
      }),
  webhookSubscriptions: ({ subscriptions }, args) => connection(subscriptions, args),
  segments: (_, args) =>
    connection(
      [
        {
          id: gid('Segment', 'returning'),
          name: 'Returning customers',
          query: 'number_of_orders > 1',
          lastEditDate: '2026-01-03T10:00:00Z',
        },
      ],
      args,
    ),
  discountNodes: (_, args) =>
    connection(
      [
        {
          id: gid('DiscountCodeNode', 'WELCOME10'),
          discount: {
            __typename: 'DiscountCodeBasic',
            title: 'WELCOME10',
            summary: '10% off the whole order',
            ...noted,
            context: { __typename: 'DiscountCustomerSegments', segments: [{ name: 'Returning customers' }] },
          },
        },
      ],
      args,
    ),
}
