import { z } from 'zod'
import type { Path, Tree } from './tree.ts'

type Schema = z.core.$ZodType

/** The schema itself, without optional, default, lazy and the like: what is held to what stands in the file. */
const inner = (schema: Schema): Schema => {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodReadonly)
    return inner(schema.unwrap())
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodLazy)
    return inner(schema.unwrap())
  if (schema instanceof z.ZodPipe) return inner(schema.in instanceof z.ZodTransform ? schema.out : schema.in)
  return schema
}

const step = (schema: Schema, key: PropertyKey): readonly Schema[] => {
  const at = inner(schema)
  if (at instanceof z.ZodUnion) return at.options.flatMap((option) => step(option, key))
  if (at instanceof z.ZodRecord) return [at.valueType]
  if (at instanceof z.ZodArray) return [at.element]
  const field =
    at instanceof z.ZodObject ? at.shape[String(key)] : at instanceof z.ZodTuple ? at.def.items[Number(key)] : undefined
  return field === undefined ? [] : [field]
}

/** The schemas that a value at this path may be held to; several where there is a union on the way. */
export const schemasAt = (schema: Schema, path: Path): readonly Schema[] =>
  path.reduce<readonly Schema[]>((schemas, key) => schemas.flatMap((at) => step(at, key)), [schema])

/** The options of a union; of any other schema, itself. */
export const optionsOf = (schema: Schema): readonly Schema[] => {
  const at = inner(schema)
  return at instanceof z.ZodUnion ? at.options : [at]
}

/** The keys that an object may have; none where any may stand, or none. */
export const keysOf = (schema: Schema): readonly string[] => {
  const at = inner(schema)
  return at instanceof z.ZodObject ? Object.keys(at.shape) : []
}

const requiredKeys = (schema: z.ZodObject): readonly string[] =>
  Object.entries(schema.shape).flatMap(([key, field]) => (field._zod.optin === undefined ? [key] : []))

const words: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  record: 'a map',
  tuple: 'a list',
  null: 'nothing',
}
/** What any of several schemas wants, in words. */
export const wordsOfAny = (schemas: readonly Schema[]): string => [...new Set(schemas.map(wordsOf))].join(' or ')

/** What a schema wants, in words: `a text`, `off, observe, shadow`, `{ purpose } or { none, because }`. */
export const wordsOf = (schema: Schema): string => {
  const at = inner(schema)
  if (at instanceof z.ZodUnion) return wordsOfAny(at.options)
  if (at instanceof z.ZodEnum) return at.options.join(', ')
  if (at instanceof z.ZodLiteral) return [...at.values].map(String).join(', ')
  if (at instanceof z.ZodNumberFormat) return 'a whole number'
  if (!(at instanceof z.ZodObject)) return words[at._zod.def.type] ?? `a ${at._zod.def.type}`
  const keys = requiredKeys(at)
  return keys.length === 0 ? 'a map' : `{ ${keys.join(', ')} }`
}

const isSecret = (schema: Schema): boolean => z.globalRegistry.get(schema)?.secret === true

/** Whether a schema, or what it wraps, is marked `secret`. */
const marksSecret = (schema: Schema): boolean => isSecret(schema) || isSecret(inner(schema))

/** What stands in a tree where the schema has a setting that is marked as a secret. */
export const secretsIn = (schema: Schema, tree: Tree): readonly Tree[] => {
  if (optionsOf(schema).some(marksSecret) || marksSecret(schema)) return [tree]
  if (tree.kind === 'scalar') return []
  const parts = tree.kind === 'map' ? [...tree.entries] : [...tree.items.entries()]
  return parts.flatMap(([key, entry]) => step(schema, key).flatMap((at) => secretsIn(at, entry)))
}
