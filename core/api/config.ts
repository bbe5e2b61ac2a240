import { z } from 'zod'
import type { ConfigOperations } from '../flow/config-operations.ts'
import { instant } from './list.ts'
import { Problem } from './problem.ts'
import { type Facts, nothing, type Route, route } from './route.ts'

const waiting = z
  .array(
    z.object({
      kind: z.enum(['segments', 'slots', 'placements', 'offers', 'rules', 'examples']),
      key: z.string(),
      change: z.enum(['added', 'removed', 'changed', 'moved']),
    }),
  )
  .describe('How the rule files differ from the current revision: they wait for a publication')
/** The answer to a reload. */
export const reloaded = z
  .object({
    changed: z.array(z.string()).describe('Paths of what differs from before, as connectors.mail.map'),
    waiting,
  })
  .meta({ id: 'Reloaded' })
const configShape = z
  .object({
    loadedAt: instant.describe('When the config was taken over that the hub runs by'),
    problems: z.array(z.string()).describe('Why the files, as they were last read, could not be taken over'),
    waiting,
  })
  .meta({ id: 'Config' })

/** The answer to the question what a reload would do. */
export const configPlan = z
  .object({
    changed: z.array(z.string()).describe('Paths of what differs from before, as connectors.mail.map'),
    connectors: z.array(
      z.object({
        connector: z.string(),
        contacts: z.int().describe('Contacts that the hub knows there'),
        writes: z.int().describe('Contacts that would be written to, because something else is wanted of them'),
      }),
    ),
  })
  .meta({ id: 'ConfigPlan' })

const refused = (problems: readonly string[]): Problem => {
  const errors = problems.map((detail) => ({ detail }))
  return new Problem('invalid-config', 'The config files have problems; the hub goes on as before.', {
    members: { errors },
  })
}

const facts = { tag: 'operations', scope: 'admin', input: nothing } as const satisfies Partial<Facts>

export const configRoutes = (operations: ConfigOperations): readonly Route[] => [
  route({
    ...facts,
    id: 'config',
    method: 'get',
    path: '/v1/config',
    summary: 'What became of the config files when they were last read',
    response: configShape,
    handle: async () => operations.config(),
  }),
  route({
    ...facts,
    id: 'reload',
    method: 'post',
    path: '/v1/config/reload',
    summary:
      'Reads all config and rule files again, and takes over all of the config, or nothing; rules wait for a publication',
    response: reloaded,
    handle: async (_, { actor }) => {
      const answer = await operations.reload(actor)
      if (!('problems' in answer)) return answer
      throw refused(answer.problems)
    },
  }),
  route({
    ...facts,
    id: 'planConfig',
    method: 'post',
    path: '/v1/config/plan',
    summary: 'What a reload would change, and how many contacts it would write to, connector by connector',
    response: configPlan,
    handle: async () => {
      const answer = await operations.plan()
      if ('problems' in answer) throw refused(answer.problems)
      return { changed: [...answer.changed], connectors: [...answer.connectors] }
    },
  }),
]
