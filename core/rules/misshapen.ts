import { z } from 'zod'
import { isObject, type JsonObject, own } from '../profile/json.ts'
import { leafShapes, operatorNames } from './leaf.ts'

const maxDepth = 20
const maxParts = 500

type Path = readonly (string | number)[]
type Place = keyof typeof places
interface Fault {
  readonly path: Path
  readonly message: string
  readonly found?: string | undefined
  readonly allowed?: readonly string[]
}
/** A condition inside another, still to be looked at. */
interface Part {
  readonly value: unknown
  readonly path: Path
  readonly depth: number
  readonly place: Place
}

const states = (value: JsonObject): boolean =>
  'some' in value || operatorNames.some((name) => value[name] !== undefined)
const withOperator = <S extends z.ZodRawShape>(shape: S) =>
  z.strictObject(shape).refine(states, { message: `states one of ${operatorNames.join(', ')}` })

const groups = {
  all: z.strictObject({ all: z.array(z.unknown()).min(1, 'lists at least one condition') }),
  any: z.strictObject({ any: z.array(z.unknown()).min(1, 'lists at least one condition') }),
  not: z.strictObject({ not: z.unknown() }),
}
/** What may stand where, by the key that tells it apart; the conditions inside it are left unread. */
const places = {
  customer: {
    ...groups,
    segment: z.strictObject(leafShapes.segment),
    consent: z.strictObject(leafShapes.consent),
    trait: withOperator(leafShapes.trait),
    context: withOperator(leafShapes.context),
    event: z.strictObject({ ...leafShapes.event, where: z.unknown().optional() }),
  },
  event: { ...groups, property: withOperator({ ...leafShapes.property, some: z.unknown().optional() }) },
  element: { ...groups, property: withOperator(leafShapes.property) },
} satisfies Record<string, Record<string, z.ZodObject>>

/** The keys under which one further condition stands, and what may stand there; null: the same as around it. */
const inner: Readonly<Record<string, Place | null>> = { not: null, where: 'event', some: 'element' }

const partsOf = ({ path, depth, place }: Part, value: JsonObject): readonly Part[] => {
  const part = (held: unknown, at: Path, within: Place | null): readonly Part[] =>
    held === undefined ? [] : [{ value: held, path: [...path, ...at], depth: depth + 1, place: within ?? place }]
  const members = (key: string): readonly Part[] => {
    const held = own(value, key)
    return Array.isArray(held) ? held.flatMap((child: unknown, index) => part(child, [key, index], null)) : []
  }
  const single = Object.entries(inner).flatMap(([key, within]) => part(own(value, key), [key], within))
  return [...members('all'), ...members('any'), ...single]
}

const countKeys = Object.keys(leafShapes.event.count.unwrap().shape)

const faultOf = (issue: z.core.$ZodIssue, { path }: Part, keys: readonly string[]): readonly Fault[] => {
  const at = [...path, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))]
  if (issue.code !== 'unrecognized_keys') return [{ path: at, message: issue.message }]
  const allowed = issue.path.length === 0 ? keys : countKeys
  const message = (key: string) => `unknown key "${key}", allowed here: ${allowed.join(', ')}`
  return issue.keys.map((key) => ({ path: [...at, key], message: message(key), found: key, allowed }))
}

/** What is wrong with one part itself. */
const faultsIn = (part: Part, value: JsonObject): readonly Fault[] => {
  const { path, place } = part
  const schemas: Readonly<Record<string, z.ZodObject>> = places[place]
  const heads = Object.keys(schemas)
  const head = heads.find((key) => Object.hasOwn(value, key))
  const schema = head === undefined ? undefined : schemas[head]
  if (schema === undefined) {
    const [found] = Object.keys(value)
    return [{ path, message: `found ${found ?? 'nothing'}, allowed here: ${heads.join(', ')}`, found, allowed: heads }]
  }
  const issues = schema.safeParse(value).error?.issues ?? []
  const isStrange = issues.some(({ code }) => code === 'unrecognized_keys')
  // A misspelt operator is one fault, not also the lack of an operator.
  const told = issues.filter(({ code }) => !(isStrange && code === 'custom'))
  return told.flatMap((issue) => faultOf(issue, part, Object.keys(schema.shape)))
}

/** The faults of one part, and the parts inside it. */
const look = (part: Part): { readonly faults: readonly Fault[]; readonly parts: readonly Part[] } => {
  const { value, path, depth } = part
  const refused = (message: string) => ({ faults: [{ path, message }], parts: [] })
  if (depth > maxDepth) return refused(`conditions nest at most ${maxDepth} deep: make the inner ones a segment`)
  if (!isObject(value)) return refused('a condition is a map, such as { trait: country, is: DE }')
  return { faults: faultsIn(part, value), parts: partsOf(part, value) }
}

const tooMany: Fault = { path: [], message: `a condition has at most ${maxParts} parts: make some of them a segment` }

const faultsOf = (value: unknown): readonly Fault[] => {
  const faults: Fault[] = []
  const open: Part[] = [{ value, path: [], depth: 1, place: 'customer' }]
  for (const part of open) {
    const { faults: found, parts } = look(part)
    faults.push(...found)
    if (open.length + parts.length > maxParts) return [tooMany]
    open.push(...parts)
  }
  return faults
}

/** A zod preprocessor: the value as it came, with an issue for each fault. `params`: what was found, what is allowed. */
export const refuseMisshapen = (value: unknown, context: z.core.$RefinementCtx): unknown => {
  for (const { path, message, found, allowed } of faultsOf(value))
    context.addIssue({ code: 'custom', message, path: [...path], params: { found, allowed }, input: value })
  return value
}
