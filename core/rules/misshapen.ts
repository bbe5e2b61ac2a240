import { z } from 'zod'
import { isObject, type JsonObject } from '../profile/json.ts'
import { leafShapes, operatorNames } from './leaf.ts'

const maxDepth = 20
const maxParts = 500

type Path = readonly (string | number)[]
type Head = keyof typeof shapes
interface Fault {
  readonly path: Path
  readonly message: string
  readonly found?: string
  readonly allowed?: readonly string[]
}
/** A condition that stands inside another, and which keys may tell it apart. */
interface Part {
  readonly value: unknown
  readonly path: Path
  readonly depth: number
  readonly heads: readonly Head[]
}

const states = (value: JsonObject): boolean =>
  'some' in value || operatorNames.some((name) => value[name] !== undefined)
const withOperator = <S extends z.ZodRawShape>(shape: S) =>
  z.strictObject(shape).refine(states, { message: `states one of ${operatorNames.join(', ')}` })

/** Each kind of condition by the key that tells it apart, the conditions inside it left unread. */
const shapes = {
  all: z.strictObject({ all: z.array(z.unknown()).min(1) }),
  any: z.strictObject({ any: z.array(z.unknown()).min(1) }),
  not: z.strictObject({ not: z.unknown() }),
  segment: z.strictObject(leafShapes.segment),
  consent: z.strictObject(leafShapes.consent),
  trait: withOperator(leafShapes.trait),
  context: withOperator(leafShapes.context),
  event: z.strictObject({ ...leafShapes.event, where: z.unknown().optional() }),
  property: withOperator({ ...leafShapes.property, some: z.unknown().optional() }),
}
const customerHeads: readonly Head[] = ['all', 'any', 'not', 'segment', 'consent', 'trait', 'context', 'event']
const propertyHeads: readonly Head[] = ['all', 'any', 'not', 'property']

/** Where a kind keeps further conditions. */
const inside: Partial<Record<Head, string>> = { all: 'all', any: 'any', not: 'not', event: 'where', property: 'some' }

const partsOf = ({ path, depth, heads }: Part, value: JsonObject, head: Head): readonly Part[] => {
  const key = inside[head]
  const held = key === undefined ? undefined : value[key]
  if (key === undefined || held === undefined) return []
  const inner = head === 'event' || head === 'property' ? propertyHeads : heads
  const part = (child: unknown, at: Path): Part => ({ value: child, path: at, depth: depth + 1, heads: inner })
  return Array.isArray(held)
    ? held.map((child: unknown, index) => part(child, [...path, key, index]))
    : [part(held, [...path, key])]
}

const faultOf = (issue: z.core.$ZodIssue, path: Path, known: readonly string[]): readonly Fault[] => {
  const at = [...path, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))]
  if (issue.code !== 'unrecognized_keys') return [{ path: at, message: issue.message }]
  return issue.keys.map((key) => ({
    path: [...at, key],
    message: `unknown key "${key}", allowed here: ${known.join(', ')}`,
    found: key,
    allowed: known,
  }))
}

const faultsIn = ({ path }: Part, value: JsonObject, head: Head): readonly Fault[] => {
  const result = shapes[head].safeParse(value)
  if (result.success) return []
  const known = Object.keys(shapes[head].shape)
  return result.error.issues.flatMap((issue) => faultOf(issue, path, issue.path.length === 0 ? known : countKeys))
}
const countKeys = Object.keys(leafShapes.event.count.unwrap().shape)

const headless = ({ path, heads }: Part, found: readonly string[]): Fault => ({
  path,
  message: `a condition here has one of the keys ${heads.join(', ')}; found ${found.join(', ') || 'none'}`,
  ...(found[0] === undefined ? {} : { found: found[0] }),
  allowed: heads,
})

/** The faults of one part, and the parts inside it that are still to be looked at. */
const look = (part: Part): { readonly faults: readonly Fault[]; readonly parts: readonly Part[] } => {
  const { value, path, depth, heads } = part
  const refused = (message: string) => ({ faults: [{ path, message }], parts: [] })
  if (depth > maxDepth) return refused(`conditions nest at most ${maxDepth} deep: name a part of it as a segment`)
  if (!isObject(value)) return refused('a condition is a map such as { trait: country, is: DE }')
  const head = heads.find((key) => Object.hasOwn(value, key))
  if (head === undefined) return { faults: [headless(part, Object.keys(value))], parts: [] }
  return { faults: faultsIn(part, value, head), parts: partsOf(part, value, head) }
}

const faultsOf = (value: unknown): readonly Fault[] => {
  const faults: Fault[] = []
  const open: Part[] = [{ value, path: [], depth: 1, heads: customerHeads }]
  for (const part of open) {
    const { faults: found, parts } = look(part)
    faults.push(...found)
    if (open.length + parts.length > maxParts)
      return [{ path: [], message: `a condition has at most ${maxParts} parts: name some of them as segments` }]
    open.push(...parts)
  }
  return faults
}

/** A zod preprocessor: the value as it came, with an issue for each fault; `params` has what was found and is allowed. */
export const refuseMisshapen = (value: unknown, context: z.core.$RefinementCtx): unknown => {
  for (const { path, message, found, allowed } of faultsOf(value))
    context.addIssue({ code: 'custom', message, path: [...path], params: { found, allowed }, input: value })
  return value
}
