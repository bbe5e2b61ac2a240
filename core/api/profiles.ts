import { z } from 'zod'
import type { Identifier } from '../contract/value.ts'
import type { Profiles } from '../flow/profile-operations.ts'
import { parseIdentifier } from '../profile/identifier.ts'
import { next, paging } from './list.ts'
import { Problem } from './problem.ts'
import {
  channelShape,
  decisionShape,
  erased,
  explanationShape,
  identifier,
  profileShape,
  shapeDecision,
  shapeExplanation,
  timelineEntry,
} from './profile-shape.ts'
import { type Facts, type Route, route } from './route.ts'

const identifierOf = (text: string): Identifier => {
  try {
    return parseIdentifier(text)
  } catch {
    throw new Problem('bad-identifier', 'An identifier is a type, a colon and a value, as email:ada@example.test.')
  }
}

const params = z.object({ id: z.string().describe('Any id that was ever given out for the customer') })
const one = {
  tag: 'profiles',
  method: 'get',
  scope: 'read',
  input: z.object({ params }),
} as const satisfies Partial<Facts>
const path = (rest = ''): string => `/v1/profiles/:id${rest}`

const known = <T>(found: T | null, id: string): T => {
  if (found === null) throw new Problem('unknown-profile', `There is no profile ${id}.`)
  return found
}

const listRoute = (operations: Profiles): Route =>
  route({
    ...one,
    id: 'listProfiles',
    path: '/v1/profiles',
    summary: 'Profiles, or the one that has an identifier',
    input: z.object({ query: paging.extend({ identifier: z.string().optional().describe('type:value') }) }),
    response: z.object({ profiles: z.array(profileShape), next }),
    handle: async ({ query: { identifier: text, ...page } }) => {
      const found = await operations.listProfiles({
        ...page,
        identifier: text === undefined ? undefined : identifierOf(text),
      })
      return { profiles: found.items, next: found.next }
    },
  })

const reading = (operations: Profiles): readonly Route[] => [
  route({
    ...one,
    id: 'profile',
    path: path(),
    summary: 'One customer',
    response: profileShape,
    handle: async ({ params: { id } }) => known(await operations.profile(id), id),
  }),
  route({
    ...one,
    id: 'timeline',
    path: path('/timeline'),
    summary: 'What the customer did, newest first',
    input: z.object({ params, query: paging }),
    response: z.object({ entries: z.array(timelineEntry), next }),
    handle: async ({ params: { id }, query }) => {
      const page = known(await operations.timeline(id, query), id)
      return { entries: page.items, next: page.next }
    },
  }),
  route({
    ...one,
    id: 'decisions',
    path: path('/decisions'),
    summary: 'What was decided for the customer',
    response: z.object({ decisions: z.array(decisionShape), next }),
    handle: async ({ params: { id } }) => ({
      decisions: known(await operations.decisions(id), id).map(shapeDecision),
      next: null,
    }),
  }),
  route({
    ...one,
    id: 'channels',
    path: path('/channels'),
    summary: 'What each tool should hold for the customer, and what it last confirmed',
    response: z.object({ channels: z.array(channelShape), next }),
    handle: async ({ params: { id } }) => ({ channels: known(await operations.channels(id), id), next: null }),
  }),
]

const explainRoute = (operations: Profiles): Route =>
  route({
    ...one,
    id: 'explain',
    path: path('/explain'),
    summary: 'Why a slot has the answer that it has for the customer',
    input: z.object({ params, query: z.object({ slot: z.string() }) }),
    response: explanationShape,
    handle: async ({ params: { id }, query: { slot } }) => {
      const explanation = known(await operations.explain(id, slot), id)
      if (explanation === undefined) throw new Problem('unknown-slot', `The registry has no slot ${slot}.`)
      return shapeExplanation(explanation)
    },
  })

const rights = (operations: Profiles): readonly Route[] => [
  route({
    ...one,
    id: 'exportProfile',
    path: path('/export'),
    summary: 'All that is stored about the customer',
    response: z.record(z.string(), z.unknown()),
    handle: async ({ params: { id } }) => known(await operations.exportProfile(id), id),
  }),
  route({
    ...one,
    id: 'splitProfile',
    method: 'post',
    scope: 'admin',
    path: path('/split'),
    summary: 'Says that some identifiers are another customer',
    input: z.object({ params, body: z.strictObject({ identifiers: z.array(identifier).min(1).max(100) }) }),
    response: z.object({ profiles: z.array(z.string()).describe('The resulting profile ids') }),
    handle: async ({ params: { id }, body }, { actor }) => ({
      profiles: known(await operations.split(id, body.identifiers, actor), id),
    }),
  }),
  route({
    ...one,
    id: 'eraseProfile',
    method: 'delete',
    scope: 'admin',
    path: path(),
    summary: 'Erases the customer here at once, and in every tool that was sent the customer',
    response: erased,
    handle: async ({ params: { id } }, { actor }) => known(await operations.erase(id, actor), id),
  }),
]

export const profileRoutes = (operations: Profiles): readonly Route[] => [
  listRoute(operations),
  ...reading(operations),
  explainRoute(operations),
  ...rights(operations),
]
