import type { z } from 'zod'
import { isObject, type JsonObject } from './json.ts'
import type { Refusal } from './message.ts'

const describe = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') return `text of ${value.length} characters`
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** Names what was found by its kind and never quotes it: it may be personal, and refusals are logged. */
export const invalid = (path: string, value: unknown, allowed: string): Refusal => ({
  code: 'invalid',
  detail: `reading ${path}: found ${describe(value)}, allowed is ${allowed}`,
})

const valueAt = (body: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (isObject(value) ? value[String(key)] : undefined), body)

/** The first problem that the schema found in a body. The schema's messages say what is allowed. */
export const invalidField = (error: z.ZodError, body: JsonObject): Refusal => {
  const [issue] = error.issues
  const path = issue?.path ?? []
  return invalid(path.join('.') || 'the message', valueAt(body, path), issue?.message ?? 'a Segment message')
}
