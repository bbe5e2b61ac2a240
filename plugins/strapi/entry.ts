import { z } from 'zod'
import type { Contact } from '../../core/contract/change.ts'
import type { StrapiContext } from './settings.ts'

/**
 * A visitor. It is known by its `documentId`: the number `id` names a version of it, and changes.
 * Source: https://docs.strapi.io/cms/api/document
 */
export const entry = z.looseObject({
  documentId: z.string(),
  email: z.string().nullish().default(null),
  updatedAt: z.iso.datetime({ offset: true }),
})
export type Entry = z.output<typeof entry>
export const one = z.object({ data: entry })
const many = z.object({ data: z.array(entry) })

/** What is wrong with a request, in Strapi's own form: a list by field, or the key that the type does not have. */
export const refusal = z.object({
  error: z.object({
    message: z.string().catch(''),
    details: z
      .object({
        key: z.string().optional(),
        errors: z.array(z.object({ path: z.array(z.coerce.string()), message: z.string() })).default([]),
      })
      .catch({ errors: [] }),
  }),
})
export type Refusal = z.output<typeof refusal>

type Query = Readonly<Record<string, string | number>>
/** The most that Strapi shows on a page unless its own config says less. */
export const pageSize = 100
export const collectionPath = ({ settings: { collection } }: StrapiContext): string => `/api/${collection}`
export const pathOf = (ctx: StrapiContext, documentId: string): string =>
  `${collectionPath(ctx)}/${encodeURIComponent(documentId)}`

export const entriesBy = async (ctx: StrapiContext, filters: Query): Promise<readonly Entry[]> => {
  const query = { ...filters, 'pagination[pageSize]': pageSize, 'pagination[withCount]': 'false' }
  const { body } = await ctx.http({ method: 'GET', path: collectionPath(ctx), query, reply: many })
  return body.data
}

const numbered = (values: readonly string[], key: (index: number) => string): Query =>
  Object.fromEntries(values.map((value, index) => [key(index), value]))
/** Those of them who are still there. */
export const entriesWith = async (ctx: StrapiContext, ids: readonly string[]): Promise<readonly Entry[]> =>
  ids.length === 0
    ? []
    : entriesBy(
        ctx,
        numbered(ids, (index) => `filters[documentId][$in][${index}]`),
      )

const isOf =
  ({ key }: Contact) =>
  ({ email }: Entry) =>
    email?.toLowerCase() === key.value.toLowerCase()
/** Entries under these addresses however they are spelled: to Strapi, other letters are another address. */
export const spelledAs = async (ctx: StrapiContext, contacts: readonly Contact[]): Promise<readonly Entry[]> => {
  const emails = contacts.map(({ key }) => key.value)
  if (emails.length === 0) return []
  const found = await entriesBy(
    ctx,
    numbered(emails, (index) => `filters[$or][${index}][email][$eqi]`),
  )
  return found.filter((each) => contacts.some((contact) => isOf(contact)(each)))
}

/** Entries by the contacts' ids. An index finds addresses as they are; only who is not found so is searched for. */
export const find = async (ctx: StrapiContext, contacts: readonly Contact[]): Promise<ReadonlyMap<string, Entry>> => {
  const emails = contacts.map(({ key }) => key.value)
  const exact = await entriesBy(
    ctx,
    numbered(emails, (index) => `filters[email][$in][${index}]`),
  )
  const missing = contacts.filter((contact) => !exact.some(isOf(contact)))
  const all = [...exact, ...(await spelledAs(ctx, missing))]
  const pairs = contacts.map((contact) => [contact.id, all.find(isOf(contact))] as const)
  return new Map(pairs.flatMap(([id, hit]) => (hit ? [[id, hit] as const] : [])))
}
