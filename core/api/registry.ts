import { z } from 'zod'
import type { RegistryOperations } from '../flow/config-operations.ts'
import { offerKind, placementKind, ruleKind, segmentKind, slotKind } from '../rules/registry.ts'
import { instant, next, paging } from './list.ts'
import { Problem } from './problem.ts'
import { nothing, type Route, route } from './route.ts'

/** What marketers wrote, each kind in file order. */
export const registryShape = z
  .object({
    revision: z.string(),
    segments: z.array(segmentKind),
    slots: z.array(slotKind),
    placements: z.array(placementKind),
    offers: z.array(offerKind),
    rules: z.array(ruleKind),
    experiments: z.array(z.unknown()),
  })
  .meta({ id: 'Registry' })
const revision = z
  .object({ revision: z.string(), publishedAt: instant, by: z.string(), current: z.boolean() })
  .meta({ id: 'Revision' })
/** The answer to `publish`. */
export const published = z.object({ revision: z.string(), changed: z.boolean() })

const tag = 'registry'
export const registryRoutes = (operations: RegistryOperations): readonly Route[] => [
  route({
    id: 'registry',
    method: 'get',
    path: '/v1/registry',
    tag,
    scope: 'read',
    summary: 'The current revision of segments, slots, placements, offers and rules',
    input: nothing,
    response: registryShape,
    handle: async () => {
      const { revision: current, registry } = operations.registry()
      return { revision: current, ...registry, experiments: [] }
    },
  }),
  route({
    id: 'revisions',
    method: 'get',
    path: '/v1/registry/revisions',
    tag,
    scope: 'read',
    summary: 'The revisions that were published, newest first',
    input: z.object({ query: paging }),
    response: z.object({ revisions: z.array(revision), next }),
    handle: async ({ query }) => {
      const page = await operations.revisions(query)
      return { revisions: page.items, next: page.next }
    },
  }),
  route({
    id: 'publish',
    method: 'post',
    path: '/v1/registry/publish',
    tag,
    scope: 'publish',
    summary: 'Makes the rule files, as they are now, the current revision',
    input: nothing,
    response: published,
    handle: async (_, { actor }) => {
      const answer = await operations.publish(actor)
      if (!('problems' in answer)) return answer
      const errors = answer.problems.map((detail) => ({ detail }))
      throw new Problem('invalid-rules', 'The rule files have problems; the current revision stays.', {
        members: { errors },
      })
    },
  }),
]
