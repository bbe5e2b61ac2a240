export type JsonObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The table's own entry. A plain `table[key]` would answer `constructor` with the prototype's. */
export const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined

/** What a text in JSON has to write in another way. */
const special = /["\\\p{Cc}\p{Cs}]/u
const quoted = (text: string): string => (special.test(text) ? JSON.stringify(text) : `"${text}"`)
const none: ReadonlySet<string> = new Set()

/**
 * One text for one JSON value, however its keys were ordered; of an object without the entries that are `left` out.
 * Recursive: bound the depth of foreign values first.
 */
export const canonicalJson = (value: unknown, left = none): string => {
  if (typeof value === 'string') return quoted(value)
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join()}]`
  if (!isObject(value)) return JSON.stringify(value) ?? 'null'
  let entries = ''
  for (const key of Object.keys(value).sort()) {
    const item = value[key]
    if (item === undefined || left.has(key)) continue
    entries += `${entries && ','}${quoted(key)}:${canonicalJson(item)}`
  }
  return `{${entries}}`
}

/** Whether lists and objects nest more than `levels` deep. Stops there, so that no input can exhaust the stack. */
export const isDeeperThan = (value: unknown, levels: number): boolean => {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  for (const item of Object.values(value)) if (isDeeperThan(item, levels - 1)) return true
  return false
}
