/** A query in brackets, nested: `filters[a][$in][0]=x`. */
export interface Nested {
  [key: string]: string | Nested
}

const put = (into: Nested, [key = '', ...rest]: readonly string[], value: string) => {
  if (rest.length === 0) {
    into[key] = value
    return
  }
  const inner = into[key]
  const next: Nested = typeof inner === 'object' ? inner : {}
  into[key] = next
  put(next, rest, value)
}
export const nestedFrom = (query: URLSearchParams): Nested => {
  const all: Nested = {}
  for (const [name, value] of query) put(all, name.replace(/\]/g, '').split('['), value)
  return all
}

type Item = Readonly<Record<string, unknown>>
const text = (value: unknown) => (value === null || value === undefined ? '' : String(value))
const operators: Readonly<Record<string, (held: string, wanted: readonly string[]) => boolean>> = {
  $eq: (held, wanted) => wanted.includes(held),
  $in: (held, wanted) => wanted.includes(held),
  $eqi: (held, wanted) => wanted.some((one) => one.toLowerCase() === held.toLowerCase()),
  $gt: (held, wanted) => wanted.every((one) => held > one),
  $containsi: (held, wanted) => wanted.every((one) => held.toLowerCase().includes(one.toLowerCase())),
}
const valuesIn = (wanted: string | Nested): readonly string[] =>
  typeof wanted === 'string' ? [wanted] : Object.values(wanted).map(String)

/** The key of a filter that the type does not have, which Strapi refuses the whole query for. */
export const strangeKey = (filters: string | Nested | undefined, names: ReadonlySet<string>): string | null => {
  if (typeof filters !== 'object') return null
  for (const [key, inner] of Object.entries(filters)) {
    const found = key === '$or' || /^\d+$/.test(key) ? strangeKey(inner, names) : names.has(key) ? null : key
    if (found !== null) return found
  }
  return null
}
export const matches = (item: Item, filters: string | Nested | undefined): boolean => {
  if (typeof filters !== 'object') return true
  return Object.entries(filters).every(([key, inner]) => {
    if (typeof inner !== 'object') return false
    if (key === '$or') return Object.values(inner).some((one) => matches(item, one))
    return Object.entries(inner).every(
      ([sign, wanted]) => operators[sign]?.(text(item[key]), valuesIn(wanted)) === true,
    )
  })
}
