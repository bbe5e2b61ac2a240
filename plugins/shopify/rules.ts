import { z } from 'zod'
import type { ObservedRule } from '../../core/contract/content.ts'
import { ask, type Document } from './api.ts'
import type { Wire } from './settings.ts'

const kinds = ['AutomaticApp', 'AutomaticBasic', 'AutomaticBxgy', 'AutomaticFreeShipping']
  .concat(['CodeApp', 'CodeBasic', 'CodeBxgy', 'CodeFreeShipping'])
  .map((kind) => `Discount${kind}`)
/** Discounts of apps have no summary: what they do is code. */
const partOf = (kind: string) => `... on ${kind} { title status updatedAt ${kind.endsWith('App') ? '' : 'summary'}
  context { __typename ... on DiscountCustomerSegments { segments { name } } } }`

const segmentPage = (after: string | null): Document => ({
  query: `query ($after: String) { segments(first: 250, after: $after) {
    nodes { id name query lastEditDate } pageInfo { hasNextPage endCursor } } }`,
  variables: { after },
  cost: 253,
})
const discountPage = (after: string | null): Document => ({
  query: `query ($after: String) { discountNodes(first: 50, after: $after) {
    nodes { id discount { __typename ${kinds.map(partOf).join(' ')} } } pageInfo { hasNextPage endCursor } } }`,
  variables: { after },
  cost: 253,
})

const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() })
const segment = z.object({ id: z.string(), name: z.string(), query: z.string(), lastEditDate: z.string().nullish() })
const discount = z.object({
  id: z.string(),
  discount: z.object({
    __typename: z.string(),
    title: z.string(),
    status: z.string(),
    summary: z.string().nullish(),
    updatedAt: z.string().nullish(),
    context: z
      .object({ __typename: z.string(), segments: z.array(z.object({ name: z.string() })).nullish() })
      .nullish(),
  }),
})
const pageOf = <T>(node: z.ZodType<T>) => z.object({ nodes: z.array(node), pageInfo })
const segments = z.object({ segments: pageOf(segment) }).transform(({ segments: page }) => page)
const discounts = z.object({ discountNodes: pageOf(discount) }).transform(({ discountNodes: page }) => page)

type PageOf<T> = z.ZodType<{ nodes: T[]; pageInfo: z.output<typeof pageInfo> }>
const everyOne = async <T>(
  ctx: Wire,
  what: string,
  documentFor: (after: string | null) => Document,
  reply: PageOf<T>,
  after: string | null = null,
): Promise<readonly T[]> => {
  const { nodes, pageInfo: info } = await ask(ctx, what, documentFor(after), reply)
  if (!info.hasNextPage || !info.endCursor) return nodes
  return [...nodes, ...(await everyOne(ctx, what, documentFor, reply, info.endCursor))]
}

const isoOf = (time: string | null | undefined) => (time ? new Date(time).toISOString() : null)
const ofSegment = ({ id, name, query, lastEditDate }: z.output<typeof segment>): ObservedRule => ({
  id,
  name,
  kind: 'segment',
  active: true,
  audience: query || null,
  says: null,
  changedAt: isoOf(lastEditDate),
})
const audienceOf = ({ context }: z.output<typeof discount>['discount']): string | null => {
  if (context?.__typename === 'DiscountCustomers') return 'customers chosen one by one'
  return context?.segments ? `segments ${context.segments.map(({ name }) => name).join(', ')}` : null
}
const ofDiscount = ({ id, discount: found }: z.output<typeof discount>): ObservedRule => ({
  id,
  name: found.title,
  kind: found.__typename.startsWith('DiscountAutomatic') ? 'automatic discount' : 'code discount',
  active: found.status === 'ACTIVE',
  audience: audienceOf(found),
  says: found.summary ?? null,
  changedAt: isoOf(found.updatedAt),
})

/** Segments and discounts: what already decides in the shop who gets what. */
export const observedRules = async (ctx: Wire): Promise<readonly ObservedRule[]> => [
  ...(await everyOne(ctx, 'reading segments', segmentPage, segments)).map(ofSegment),
  ...(await everyOne(ctx, 'reading discounts', discountPage, discounts)).map(ofDiscount),
]
