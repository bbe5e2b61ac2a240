import { z } from 'zod'
import type { ConditionProblem, Counting } from '../flow/operations.ts'
import { condition } from '../rules/condition.ts'
import { instant } from './list.ts'
import { Problem, type ProblemPart } from './problem.ts'
import { pointer, type Route, route } from './route.ts'

const answer = z
  .object({
    count: z.int(),
    seq: z.int().describe('How many changes the hub had committed: two answers of one number rest on the same data'),
    at: instant.describe('The instant at which the count is exact'),
  })
  .meta({ id: 'Count' })

const partOf = ({ path, message, nearest }: ConditionProblem): ProblemPart => ({
  detail: nearest === undefined ? message : `${message}; nearest: ${nearest}`,
  in: 'body',
  pointer: pointer(['when', ...path]),
})

export const countRoutes = (operations: Counting): readonly Route[] => [
  route({
    id: 'count',
    method: 'post',
    path: '/v1/segments/count',
    tag: 'registry',
    scope: 'read',
    summary: 'How many customers a condition finds now; it need not be a segment',
    input: z.object({ body: z.strictObject({ when: condition }) }),
    response: answer,
    handle: async ({ body }) => {
      const counted = await operations.count(body.when)
      if (!('problems' in counted)) return counted
      const errors = counted.problems.map(partOf)
      throw new Problem('invalid', `See errors: ${errors.map(({ detail }) => detail).join('; ')}.`, {
        members: { errors },
      })
    },
  }),
]
