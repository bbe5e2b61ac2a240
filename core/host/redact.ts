import { z } from 'zod'

/** Replaces everything that must not be seen. */
export interface Redact {
  readonly text: (text: string) => string
  /** Goes through lists and objects at any depth; an error becomes its message. */
  readonly fields: (fields: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>
}

const secretField = z.looseObject({ secret: z.literal(true) })
const objectField = z.looseObject({ properties: z.record(z.string(), z.unknown()) })
const listField = z.looseObject({ items: z.unknown() })
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const found = (field: unknown, value: unknown): readonly string[] => {
  if (secretField.safeParse(field).success) return typeof value === 'string' ? [value] : []
  const object = objectField.safeParse(field)
  if (object.success && isRecord(value))
    return Object.entries(object.data.properties).flatMap(([name, inner]) => found(inner, value[name]))
  const list = listField.safeParse(field)
  return list.success && Array.isArray(value) ? value.flatMap((item) => found(list.data.items, item)) : []
}

/** The values of all settings that the schema marks by `secret()`. */
export const secretsOf = (schema: z.ZodObject, settings: unknown): readonly string[] =>
  found(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), settings)

/** A header's value, and what stands after its scheme: `Bearer abc` and `abc`. */
export const withoutScheme = (value: string): readonly string[] => [value, value.slice(value.indexOf(' ') + 1)]

/** The credentials among the headers that a connector sends with every request: they are made from secrets. */
export const credentialsOf = (headers: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(headers)
    .filter(([name]) => /auth|key|token|secret|cookie|password/i.test(name))
    .flatMap(([, value]) => withoutScheme(value))

const spellings = (secret: string) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]

/** Longest first, or a secret that contains another one would leave its rest behind. */
const hiddenOf = (secrets: readonly string[]) =>
  [...new Set(secrets.flatMap(spellings))].filter(Boolean).sort((a, b) => b.length - a.length)

/** `later` gives the secrets that come up while the connector runs. */
export const redactFor = (secrets: readonly string[], later: () => readonly string[] = () => []): Redact => {
  const known = hiddenOf(secrets)
  const hidden = () => (later().length === 0 ? known : hiddenOf([...secrets, ...later()]))
  const text = (seen: string) => hidden().reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), seen)
  const fields = (seen: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
    Object.fromEntries(Object.entries(seen).map(([name, value]) => [text(name), any(value)]))
  const any = (seen: unknown): unknown => {
    if (typeof seen === 'string') return text(seen)
    if (seen instanceof Error) return text(String(seen))
    if (Array.isArray(seen)) return seen.map(any)
    return isRecord(seen) ? fields(seen) : seen
  }
  return { text, fields }
}
