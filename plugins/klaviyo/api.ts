import { z } from 'zod'
import type { Wire } from './settings.ts'

/** Every request names the revision of the API that it was written for. */
export const revision = '2026-07-15'

type Query = Readonly<Record<string, string | number | undefined>>
export interface Listing<T> {
  readonly items: readonly T[]
  readonly included: readonly unknown[]
  /** `null`: this was the last page. */
  readonly next: string | null
}

const cursorIn = (link: string | null | undefined): string | null =>
  link ? new URL(link, 'https://a.klaviyo.com').searchParams.get('page[cursor]') : null

/** One page of a collection; `cursor` is what the page before called `next`. */
export const page = async <T>(
  { http }: Wire,
  path: string,
  item: z.ZodType<T>,
  query: Query,
  cursor: string | null = null,
): Promise<Listing<T>> => {
  const reply = z.object({
    data: z.array(item),
    included: z.array(z.unknown()).nullish(),
    links: z.object({ next: z.string().nullish() }).nullish(),
  })
  const { body } = await http({ method: 'GET', path, query: { ...query, 'page[cursor]': cursor ?? undefined }, reply })
  return { items: body.data, included: body.included ?? [], next: cursorIn(body.links?.next) }
}

/** All pages, one after another. */
export async function* pages<T>(
  ctx: Wire,
  path: string,
  item: z.ZodType<T>,
  query: Query = {},
): AsyncGenerator<Listing<T>, void> {
  let cursor: string | null = null
  do {
    const listing: Listing<T> = await page(ctx, path, item, query, cursor)
    yield listing
    cursor = listing.next
  } while (cursor !== null)
}

/** For small collections. */
export const all = async <T>(
  ctx: Wire,
  path: string,
  item: z.ZodType<T>,
  query: Query = {},
): Promise<Omit<Listing<T>, 'next'>> => {
  const [items, included]: [T[], unknown[]] = [[], []]
  for await (const listing of pages(ctx, path, item, query)) {
    items.push(...listing.items)
    included.push(...listing.included)
  }
  return { items, included }
}

/** `any(email,["a@example.com"])`. Source: https://developers.klaviyo.com/en/docs/filtering_ */
export const anyOf = (field: string, values: readonly string[]): string => `any(${field},${JSON.stringify(values)})`

export const chunks = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size))
