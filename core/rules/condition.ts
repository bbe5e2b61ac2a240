import { z } from 'zod'
import { type Count, leafShapes, type Operators } from './leaf.ts'
import { refuseMisshapen } from './misshapen.ts'

/** One condition language everywhere: segments, rules, scopes, `eligible`. */
export type Condition =
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition }
  | { segment: string }
  | { consent: string }
  | TraitLeaf
  | ContextLeaf
  | EventLeaf
export type TraitLeaf = { trait: string } & Operators
export type ContextLeaf = { context: string } & Operators
/** `where` narrows the events that are counted; without `count` one is enough. */
export interface EventLeaf {
  event: string
  where?: PropertyCondition | undefined
  count?: Count | undefined
  withinLast?: string | undefined
}
/** What `where` says of one event. */
export type PropertyCondition =
  | { all: PropertyCondition[] }
  | { any: PropertyCondition[] }
  | { not: PropertyCondition }
  | PropertyLeaf
export type PropertyLeaf = { property: string; some?: ElementCondition | undefined } & Operators
/** What `some` says of one element of a list in an event. */
export type ElementCondition =
  | { all: ElementCondition[] }
  | { any: ElementCondition[] }
  | { not: ElementCondition }
  | ({ property: string } & Operators)

const anyElement: z.ZodType<ElementCondition> = z
  .lazy(() =>
    z.union([
      z.strictObject({ all: z.array(anyElement).min(1) }),
      z.strictObject({ any: z.array(anyElement).min(1) }),
      z.strictObject({ not: anyElement }),
      z.strictObject(leafShapes.property).meta({ minProperties: 2 }),
    ]),
  )
  .meta({ id: 'ElementCondition' })

const anyProperty: z.ZodType<PropertyCondition> = z
  .lazy(() =>
    z.union([
      z.strictObject({ all: z.array(anyProperty).min(1) }),
      z.strictObject({ any: z.array(anyProperty).min(1) }),
      z.strictObject({ not: anyProperty }),
      z.strictObject({ ...leafShapes.property, some: anyElement.optional() }).meta({ minProperties: 2 }),
    ]),
  )
  .meta({ id: 'PropertyCondition' })

const anyCondition: z.ZodType<Condition> = z
  .lazy(() =>
    z.union([
      z.strictObject({ all: z.array(anyCondition).min(1) }),
      z.strictObject({ any: z.array(anyCondition).min(1) }),
      z.strictObject({ not: anyCondition }),
      z.strictObject(leafShapes.segment),
      z.strictObject(leafShapes.consent),
      z.strictObject(leafShapes.trait).meta({ minProperties: 2 }),
      z.strictObject(leafShapes.context).meta({ minProperties: 2 }),
      z.strictObject({ ...leafShapes.event, where: anyProperty.optional() }),
    ]),
  )
  .meta({ id: 'Condition' })

/**
 * A condition, nested at most 20 deep with at most 500 parts. A wrong one is refused with one message for each fault,
 * at its path; the union behind it serves the types and the JSON Schema.
 */
export const condition: z.ZodType<Condition> = z.preprocess(refuseMisshapen, anyCondition)
