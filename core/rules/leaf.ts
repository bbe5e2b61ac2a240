import { z } from 'zod'
import { durationText } from '../profile/settings.ts'
import { isSafePath } from '../profile/trait-paths.ts'

const scalar = z.union([z.string(), z.number(), z.boolean()], { error: 'a text, a number, true or false' })
const operand = z.union([z.string(), z.number()], { error: 'a number, a text or a date' })
const moment = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], {
    error: 'a date such as 2026-11-21, or a time with its zone such as 2026-11-21T12:00:00Z',
  })
  .describe('A date means the whole day in hub.timezone')
const path = z.string().min(1).refine(isSafePath, 'a path without __proto__, constructor and prototype')

const operatorShape = {
  is: scalar.optional(),
  isNot: scalar.optional(),
  in: z.array(scalar).min(1, 'lists at least one value').optional(),
  notIn: z.array(scalar).min(1, 'lists at least one value').optional(),
  contains: scalar.optional(),
  startsWith: z.string().optional(),
  gt: operand.optional(),
  gte: operand.optional(),
  lt: operand.optional(),
  lte: operand.optional(),
  between: z.tuple([operand, operand]).optional().describe('Both ends belong to it'),
  exists: z.boolean().optional(),
  before: moment.optional(),
  after: moment.optional(),
  withinLast: durationText.optional().describe('In (now - duration, now]'),
  withinNext: durationText.optional().describe('In (now, now + duration]'),
}
const countShape = {
  is: z.int().min(0).optional(),
  gte: z.int().min(0).optional(),
  gt: z.int().min(0).optional(),
  lt: z.int().min(0).optional(),
  lte: z.int().min(0).optional(),
}
const operators = z.strictObject(operatorShape)
const count = z.strictObject(countShape).refine((stated) => Object.keys(stated).length > 0, {
  message: `states one of ${Object.keys(countShape).join(', ')}`,
})
export type Operators = z.output<typeof operators>
export type Count = z.output<typeof count>
export type OperatorName = keyof Operators
export const operatorNames = operators.keyof().options

/**
 * What stands beside the key that tells conditions apart, conditions inside left out. A leaf with operators states at
 * least one; several all hold.
 */
export const leafShapes = {
  segment: { segment: z.string() },
  consent: { consent: z.string() },
  trait: { trait: path, ...operatorShape },
  context: { context: path, ...operatorShape },
  property: { property: path, ...operatorShape },
  event: { event: z.string(), count: count.optional(), withinLast: durationText.optional() },
}
