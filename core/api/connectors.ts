import { z } from 'zod'
import type { Denied } from '../flow/asking.ts'
import type { Connectors, ConnectorView } from '../flow/connector-operations.ts'
import {
  checked,
  connectorShape,
  contentShape,
  deadLetterShape,
  deliveryShape,
  gateShape,
  observedRulesShape,
  phased,
  pulled,
  replayed,
  setupShape,
  shadowShape,
  wishedPhase,
} from './connector-shape.ts'
import { next, paging } from './list.ts'
import { Problem } from './problem.ts'
import { type Facts, nothing, type Route, route } from './route.ts'

const params = z.object({ id: z.string() })
const facts = { tag: 'connectors', input: z.object({ params }) } as const satisfies Partial<Facts>
const look = { ...facts, method: 'get', scope: 'read' } as const
const act = { ...facts, method: 'post', scope: 'admin' } as const
const path = (rest: string): string => `/v1/connectors/:id${rest}`

const known = async (operations: Connectors, id: string): Promise<ConnectorView> => {
  const connector = await operations.connector(id)
  if (connector === null) throw new Problem('unknown-connector', `There is no connector ${id}.`)
  return connector
}
/** Does something with a connector that exists; a wish that the state forbids becomes a problem. */
const attempt = async <T extends object>(
  operations: Connectors,
  id: string,
  wish: () => Promise<T | Denied>,
): Promise<T> => {
  await known(operations, id)
  const answer = await wish()
  if ('denied' in answer) throw new Problem('denied', answer.denied)
  return answer
}

const views = (operations: Connectors): readonly Route[] => [
  route({
    ...look,
    id: 'listConnectors',
    path: '/v1/connectors',
    summary: 'The connectors: phase, health, lag',
    input: nothing,
    response: z.object({ connectors: z.array(connectorShape), next }),
    handle: async () => ({ connectors: await operations.connectors(), next: null }),
  }),
  route({
    ...look,
    id: 'connector',
    path: path(''),
    summary: 'One connector',
    response: connectorShape,
    handle: ({ params: { id } }) => known(operations, id),
  }),
  route({
    ...look,
    id: 'connectorGates',
    path: path('/gates'),
    summary: 'What a phase asks for, and what of it is there',
    input: z.object({ params, query: z.object({ phase: wishedPhase }) }),
    response: z.object({ gates: z.array(gateShape), next }),
    handle: async ({ params: { id }, query: { phase } }) => {
      await known(operations, id)
      return { gates: [...(await operations.gates(id, phase))], next: null }
    },
  }),
]

const acts = (operations: Connectors): readonly Route[] => [
  route({
    ...act,
    id: 'checkConnector',
    path: path('/check'),
    summary: 'Asks the tool which account it is',
    response: checked,
    handle: ({ params: { id } }) => attempt(operations, id, () => operations.check(id)),
  }),
  route({
    ...act,
    id: 'setupConnector',
    path: path('/setup'),
    summary: 'Creates in the tool the fields that the map needs',
    response: setupShape,
    handle: ({ params: { id } }, { actor }) => attempt(operations, id, () => operations.setup(id, actor)),
  }),
  route({
    ...act,
    id: 'pullConnector',
    path: path('/pull'),
    summary: 'Reads in what is new in the tool',
    response: pulled,
    handle: ({ params: { id } }) => attempt(operations, id, () => operations.pull(id)),
  }),
  route({
    ...act,
    id: 'replayConnector',
    path: path('/replay'),
    summary: 'Puts back in the queue what was given up: dead letters, and fields that were left to others',
    response: replayed,
    handle: ({ params: { id } }, { actor }) => attempt(operations, id, () => operations.replay(id, actor)),
  }),
  route({
    ...act,
    id: 'setPhase',
    path: path('/phase'),
    summary: 'Moves the connector to another phase',
    input: z.object({
      params,
      body: z.strictObject({
        phase: wishedPhase,
        confirm: z.boolean().optional().describe('A note that a person has agreed; it changes nothing here'),
      }),
    }),
    response: phased,
    handle: ({ params: { id }, body }, { actor }) =>
      attempt(operations, id, () => operations.setPhase(id, body.phase, actor)),
  }),
]

const coexistence = (operations: Connectors): readonly Route[] => [
  route({
    ...look,
    id: 'connectorContent',
    path: path('/content'),
    summary: 'Content that editors keep in the tool, last changed first: an offer may name an entry by its id',
    input: z.object({
      params,
      query: z.object({
        search: z.string().max(200).default('').describe('Only entries whose title holds this'),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
    }),
    response: z.object({ entries: z.array(contentShape), next }),
    handle: async ({ params: { id }, query }) => {
      const { entries } = await attempt(operations, id, () => operations.content(id, query))
      return { entries: [...entries], next: null }
    },
  }),
  route({
    ...look,
    id: 'observedRules',
    path: path('/observed-rules'),
    summary: 'Targeting that somebody keeps in the tool itself, and where it speaks against ours',
    response: observedRulesShape,
    handle: async ({ params: { id } }) => {
      const { rules, contradictions } = await attempt(operations, id, () => operations.observedRules(id))
      return {
        rules: rules.map(({ names, ...rule }) => ({ ...rule, names: [...names] })),
        contradictions: [...contradictions],
      }
    },
  }),
]

const input = z.object({ params, query: paging })
const lists = (operations: Connectors): readonly Route[] => [
  route({
    ...look,
    id: 'shadow',
    path: path('/shadow'),
    summary: 'What would have been written in shadow, beside what the tool holds',
    input,
    response: z.object({ entries: z.array(shadowShape), next }),
    handle: async ({ params: { id }, query }) => {
      await known(operations, id)
      const page = await operations.shadow(id, query)
      return { entries: page.items, next: page.next }
    },
  }),
  route({
    ...look,
    id: 'deliveries',
    path: path('/deliveries'),
    summary: 'What was written, newest first',
    input,
    response: z.object({ deliveries: z.array(deliveryShape), next }),
    handle: async ({ params: { id }, query }) => {
      await known(operations, id)
      const page = await operations.deliveries(id, query)
      return { deliveries: page.items, next: page.next }
    },
  }),
  route({
    ...look,
    id: 'deadLetters',
    path: path('/dead-letters'),
    summary: 'What is not tried any more, with the reason',
    input,
    response: z.object({ deadLetters: z.array(deadLetterShape), next }),
    handle: async ({ params: { id }, query }) => {
      await known(operations, id)
      const page = await operations.deadLetters(id, query)
      return { deadLetters: page.items, next: page.next }
    },
  }),
]

export const connectorRoutes = (operations: Connectors): readonly Route[] => [
  ...views(operations),
  ...acts(operations),
  ...coexistence(operations),
  ...lists(operations),
]
