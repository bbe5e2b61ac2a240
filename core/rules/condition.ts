import { z } from 'zod'
import { durationText } from '../profile/settings.ts'

const scalar = z.union([z.string(), z.number(), z.boolean()])
const operand = z.union([z.string(), z.number()])
const operators = {
  is: scalar.optional(),
  isNot: scalar.optional(),
  in: z.array(scalar).min(1).optional(),
  notIn: z.array(scalar).min(1).optional(),
  contains: scalar.optional(),
  startsWith: z.string().optional(),
  gt: operand.optional(),
  gte: operand.optional(),
  lt: operand.optional(),
  lte: operand.optional(),
  between: z.tuple([operand, operand]).optional(),
  exists: z.boolean().optional(),
  before: z.string().optional(),
  after: z.string().optional(),
  withinLast: durationText.optional(),
  withinNext: durationText.optional(),
}
const count = z.strictObject({
  is: z.int().min(0).optional(),
  gte: z.int().min(0).optional(),
  gt: z.int().min(0).optional(),
  lt: z.int().min(0).optional(),
  lte: z.int().min(0).optional(),
})

/** One condition language everywhere: segments, rules, scopes, `eligible`, `where`. */
export type Condition =
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition }
  | { segment: string }
  | { consent: string }
  | ({ trait: string } & Operators)
  | ({ property: string; some?: Condition | undefined } & Operators)
  | ({ context: string } & Operators)
  | { event: string; where?: Condition | undefined; count?: Count | undefined; withinLast?: string | undefined }
const operatorsSchema = z.strictObject(operators)
export type Operators = z.output<typeof operatorsSchema>
export type Count = z.output<typeof count>

export const condition: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(condition).min(1) }),
    z.strictObject({ any: z.array(condition).min(1) }),
    z.strictObject({ not: condition }),
    z.strictObject({ segment: z.string() }),
    z.strictObject({ consent: z.string() }),
    z.strictObject({ trait: z.string(), ...operators }),
    z.strictObject({ property: z.string(), some: condition.optional(), ...operators }),
    z.strictObject({ context: z.string(), ...operators }),
    z.strictObject({
      event: z.string(),
      where: condition.optional(),
      count: count.optional(),
      withinLast: durationText.optional(),
    }),
  ]),
)
