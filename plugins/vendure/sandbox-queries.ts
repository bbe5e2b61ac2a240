import { z } from 'zod'
import type { FieldValue } from '../../core/contract/value.ts'
import { type Args, mutations, type Resolvers } from './sandbox-mutations.ts'
import { idOf, type Shop, type ShopCustomer, type ShopField, type ShopOrder } from './sandbox-shop.ts'

const ids = z.array(z.string())
const later = z.strictObject({ after: z.iso.datetime(), isNull: z.literal(false) }).partial()
const filter = z
  .strictObject({
    emailAddress: z.object({ in: ids }),
    id: z.strictObject({ in: ids, notIn: ids }).partial(),
    name: z.object({ in: ids }),
    state: z.strictObject({ eq: z.string(), notEq: z.string() }).partial(),
    updatedAt: later,
    orderPlacedAt: later,
  })
  .partial()
/** The options of Vendure's lists, as far as the connector uses them. */
const options = z.object({ filter, sort: z.record(z.string(), z.literal('ASC')).default({}), take: z.int().max(1000) })
type Item = Readonly<Record<string, unknown>>

type Filter = z.output<typeof filter>
const holds = ({ emailAddress, id, name, state, updatedAt, orderPlacedAt }: Filter, item: Item): boolean => {
  const isOf = (values: readonly string[], key: string) => values.includes(String(item[key]))
  const isLater = (bound: z.output<typeof later> | undefined, key: string) =>
    bound?.after === undefined || Date.parse(String(item[key])) > Date.parse(bound.after)
  return (
    (emailAddress === undefined || isOf(emailAddress.in, 'emailAddress')) &&
    (id?.in === undefined || isOf(id.in, 'id')) &&
    (id?.notIn === undefined || !isOf(id.notIn, 'id')) &&
    (name === undefined || isOf(name.in, 'name')) &&
    (state?.eq === undefined || item.state === state.eq) &&
    (state?.notEq === undefined || item.state !== state.notEq) &&
    isLater(updatedAt, 'updatedAt') &&
    isLater(orderPlacedAt, 'orderPlacedAt')
  )
}
const listed = <T extends Item>(all: readonly T[], args: Args, view: (item: T) => unknown) => {
  const { filter: wanted, sort, take } = options.parse(args.options)
  const keys = Object.keys(sort)
  const ranked = all
    .filter((item) => holds(wanted, item))
    .map((item) => ({ item, rank: JSON.stringify(keys.map((key) => item[key])) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
  return { items: ranked.slice(0, take).map(({ item }) => view(item)) }
}

const cents = (price: number) => Math.round(price * 100)
/** Times come back with milliseconds, however they were sent. */
const shown = ({ type }: ShopField, value: FieldValue = null): FieldValue =>
  type === 'datetime' && value !== null ? new Date(String(value)).toISOString() : value
const customerView = (held: Shop) => {
  const groups = new Map(held.groups.map((group) => [group.id, group]))
  return ({ customFields, groups: own, ...customer }: ShopCustomer) => ({
    __typename: 'Customer',
    ...customer,
    groups: own.flatMap((id) => groups.get(id) ?? []),
    customFields: Object.fromEntries(held.fields.map((field) => [field.name, shown(field, customFields[field.name])])),
  })
}
const lineView = ({ sku, name, category, price, quantity }: ShopOrder['lines'][number]) => {
  const product = { id: idOf('product', sku), collections: category ? [{ name: category }] : [] }
  return { quantity, unitPriceWithTax: cents(price), productVariant: { sku, name, product } }
}
/** With its customer, who may have been deleted since: so does Vendure's. */
const orderView = ({ emailAddress, lines, ...order }: ShopOrder) => ({
  ...order,
  totalWithTax: lines.reduce((sum, { price, quantity }) => sum + cents(price) * quantity, 0),
  currencyCode: 'EUR',
  customer: { id: idOf('customer', emailAddress), emailAddress },
  lines: lines.map(lineView),
})
const fieldView = ({ name, type, label }: ShopField) => {
  const plain = { list: false, readonly: null, label: [{ value: label }] }
  return { __is: ['CustomField'], name, type, ...plain }
}

/** Queries of the Admin API. */
export const queries: Resolvers = {
  activeChannel: ({ token }) => ({ id: '1', code: '__default_channel__', token }),
  globalSettings: ({ fields }) => ({
    serverConfig: { entityCustomFields: [{ entityName: 'Customer', customFields: fields.map(fieldView) }] },
  }),
  __type: () => ({ fields: Object.keys(mutations).map((name) => ({ name })) }),
  customers: (held, args) => listed(Object.values(held.customers), args, customerView(held)),
  customerGroups: (held, args) => listed(held.groups, args, (group) => group),
  orders: (held, args) => listed(Object.values(held.orders), args, orderView),
}
