import { z } from 'zod'
import { reasonCodes } from '../decide/decision.ts'
import type { Decide, Decided, PlacementDecision } from '../flow/operations.ts'
import { isDeeperThan, isObject, type JsonObject, own } from '../profile/json.ts'
import { remembered } from '../profile/remembered.ts'
import { following } from './at-once.ts'
import { Problem } from './problem.ts'
import { type Given, type Route, route } from './route.ts'

const identifiers = z
  .record(z.string(), z.union([z.string().min(1).max(500), z.number()]).transform(String))
  .refine((profile) => Object.keys(profile).length > 0, 'states at least one identifier, as { "email": "…" }')
  .describe('Identifier type -> value: userId, anonymousId, email, …')
/** What reads a context walks it by recursion. */
const maxLevels = 64
export const requestContext = z
  .record(z.string(), z.unknown())
  .refine((value) => !isDeeperThan(value, maxLevels), `is nested at most ${maxLevels} deep`)
const question = z
  .strictObject({
    profile: identifiers,
    placements: z.array(z.string()).max(1000).optional().describe('Placement keys; all unless stated'),
    context: requestContext.optional().describe('What the request knows of its moment: page, device, basket'),
    locale: z.string().max(100).optional(),
  })
  .meta({ id: 'DecideRequest' })

type Question = z.output<typeof question>
const isText = (value: unknown): boolean => typeof value === 'string'
/** A key that a shape leaves out, and JSON.parse does not. */
const isPlain = (value: unknown): value is JsonObject => isObject(value) && !Object.hasOwn(value, '__proto__')
const isIdentifier = (value: unknown): boolean => typeof value === 'string' && value !== '' && value.length <= 500
const isStated: Readonly<Record<keyof Question, (value: unknown) => boolean>> = {
  profile: (value) => isPlain(value) && Object.values(value).every(isIdentifier) && Object.keys(value).length > 0,
  placements: (value) => Array.isArray(value) && value.length <= 1000 && value.every(isText),
  context: (value) => isPlain(value) && !isDeeperThan(value, maxLevels),
  locale: (value) => typeof value === 'string' && value.length <= 100,
}
/** Whether a body fits as it stands, and nothing in it would be read differently: what nearly every client sends. */
const isQuestion = (body: unknown): body is Question =>
  isObject(body) &&
  Object.hasOwn(body, 'profile') &&
  Object.entries(body).every(([key, value]) => own(isStated, key)?.(value) === true)

/** Why a placement shows what it shows. */
export const reason = z.object({ code: z.enum(reasonCodes), rule: z.string().nullable() })
const secretly = 'Not told to public keys'
const placementDecision = z.object({
  placement: z.string(),
  slot: z.string(),
  offer: z.string().nullable(),
  variant: z.string(),
  content: z.record(z.string(), z.string()),
  decisionId: z.string().nullable(),
  reason: reason.optional().describe(secretly),
})
const answer = z
  .object({
    profileId: z.string().optional().describe(secretly),
    revision: z.string(),
    decisions: z.array(placementDecision),
  })
  .meta({ id: 'DecideAnswer' })

/** Whoever reads a page can use its key: it may ask for the visitor that holds an anonymous id, and for nobody else. */
export const onlyAnonymous = (profile: Readonly<Record<string, string>>): void => {
  if (Object.keys(profile).some((type) => type !== 'anonymousId'))
    throw new Problem('public-key', 'A public key decides by anonymousId alone: leave out the other identifiers.')
}
const shownToPages = remembered(({ reason: _, ...shown }: PlacementDecision) => shown)
const forPage = remembered(({ revision, decisions }: Decided) => ({
  revision,
  decisions: decisions.map((decision) => shownToPages(decision)),
}))

type Answer = Given<z.input<typeof answer>>
/** A familiar customer's decisions are the same objects in every answer, and often the whole answer is the same. */
const decisionJson = remembered((decision: Answer['decisions'][number]) => JSON.stringify(decision))
const answerJson = remembered(({ decisions, ...facts }: Answer): string => {
  const beginning = JSON.stringify(facts).slice(0, -1)
  return `${beginning},"decisions":[${decisions.map((decision) => decisionJson(decision)).join()}]}`
})

export const unknownPlacement = (placements: readonly string[]): Problem =>
  new Problem('unknown-placement', `The registry has no placement ${placements.join(', ')}.`, {
    members: { placements },
  })

export const decideRoutes = (operations: Decide): readonly Route[] => [
  route({
    id: 'decide',
    method: 'post',
    path: '/v1/decide',
    tag: 'decide',
    scope: 'decide',
    summary: 'What placements show to a customer now',
    input: z.object({ body: question }),
    response: answer,
    browser: true,
    hot: true,
    fits: (parts): parts is { body: Question } => isObject(parts) && isQuestion(parts.body),
    json: answerJson,
    handle: ({ body }, { actor }) => {
      if (actor.browser) onlyAnonymous(body.profile)
      return following(operations.decide(body), (decided) => {
        if ('unknownPlacements' in decided) throw unknownPlacement(decided.unknownPlacements)
        return actor.browser ? forPage(decided) : decided
      })
    },
  }),
]
