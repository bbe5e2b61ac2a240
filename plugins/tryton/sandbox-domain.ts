import { z } from 'zod'

type Row = Readonly<Record<string, unknown>>
const clause = z.tuple([z.string(), z.string(), z.unknown()])
const whole = z.array(z.unknown())

/** Times compare as texts once their parts have one length. */
const comparable = (value: unknown): unknown => {
  const found = z.looseObject({ __class__: z.literal('datetime') }).safeParse(value).data
  if (!found) return value
  const parts = ['year', 'month', 'day', 'hour', 'minute', 'second', 'microsecond'].map((name) => found[name] ?? 0)
  return parts.map((part) => String(part).padStart(6, '0')).join('-')
}
/** `_` stands for any one sign, `%` for any number of them. */
const jokers: Readonly<Record<string, string>> = { _: '.', '%': '.*' }
const alike = (pattern: string) => {
  const signs = [...pattern].map((sign) => jokers[sign] ?? sign.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${signs.join('')}$`, 'is')
}
const operators: Readonly<Record<string, (own: unknown, value: unknown) => boolean>> = {
  '=': (own, value) => (own ?? null) === (value ?? null),
  in: (own, value) => whole.parse(value).includes(own),
  '>=': (own, value) => own !== null && String(comparable(own)) >= String(comparable(value)),
  ilike: (own, value) => alike(String(value)).test(String(own ?? '')),
}

/** Whether a row meets a condition, as far as the connector states conditions. */
export const meets = (row: Row, domain: unknown): boolean => {
  const single = clause.safeParse(domain).data
  if (single && single[0] !== 'OR') {
    const [field, operator, value] = single
    const holds = operators[operator]
    if (!holds || !(field in row)) throw new Error(`'${field} ${operator}'`)
    return holds(row[field], value)
  }
  const [first, ...rest] = whole.parse(domain)
  if (first === 'OR') return rest.some((part) => meets(row, part))
  return (first === undefined ? [] : [first, ...rest]).every((part) => meets(row, part))
}
