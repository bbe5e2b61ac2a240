import { z } from 'zod'
import type { Actor } from '../flow/asking.ts'
import type { Decide, Decided, DecideRequest, PlacementDecision } from '../flow/operations.ts'
import { onlyAnonymous, requestContext, unknownPlacement } from './decide.ts'
import { Problem, type ProblemName } from './problem.ts'
import { type Facts, type Failure, type Route, route } from './route.ts'

const evaluation = z
  .looseObject({
    context: requestContext
      .and(z.looseObject({ targetingKey: z.string().max(500).nullish() }))
      .describe(
        'targetingKey is a userId or type:value; the rest is the context, of which locale chooses the language',
      ),
  })
  .meta({ id: 'OfrepRequest' })

const flag = z
  .object({
    key: z.string(),
    value: z
      .object({ offer: z.string().nullable(), decisionId: z.string().nullable() })
      .catchall(z.string().nullable())
      .describe("The offer's content, or the fallback's, with the offer and the decision beside it"),
    variant: z.string(),
    reason: z.enum(['TARGETING_MATCH', 'SPLIT', 'DEFAULT']),
    metadata: z.record(z.string(), z.string()),
  })
  .meta({ id: 'OfrepFlag' })
const flags = z.object({ flags: z.array(flag), metadata: z.record(z.string(), z.string()) }).meta({ id: 'OfrepFlags' })

/** What OFREP calls a problem; GENERAL where it has no name for it. */
const codes: Partial<Readonly<Record<ProblemName, string>>> = {
  'unreadable-body': 'PARSE_ERROR',
  'invalid-context': 'INVALID_CONTEXT',
  'no-targeting-key': 'TARGETING_KEY_MISSING',
  'unknown-placement': 'FLAG_NOT_FOUND',
}
const failure: Failure = {
  shape: z
    .object({ key: z.string().optional(), errorCode: z.string(), errorDetails: z.string() })
    .meta({ id: 'OfrepFailure' }),
  tell: ({ problem, message }, { placement }) => ({
    ...(placement !== undefined && { key: placement }),
    errorCode: codes[problem] ?? 'GENERAL',
    errorDetails: message,
  }),
}

/** `type:value`, split at the first colon; without one it is a userId. */
const identifierOf = (targetingKey: string): Readonly<Record<string, string>> => {
  const colon = targetingKey.indexOf(':')
  if (colon < 1) return { userId: targetingKey }
  return { [targetingKey.slice(0, colon)]: targetingKey.slice(colon + 1) }
}
const localeOf = ({ locale }: Readonly<Record<string, unknown>>): string | undefined =>
  typeof locale === 'string' ? locale.slice(0, 100) : undefined

type Evaluation = z.output<typeof evaluation>
const questionOf = ({ context: { targetingKey, ...context } }: Evaluation, { browser }: Actor): DecideRequest => {
  if (!targetingKey)
    throw new Problem(
      'no-targeting-key',
      'The context needs a targetingKey: a userId, or another identifier as type:value.',
    )
  const profile = identifierOf(targetingKey)
  if (Object.values(profile).includes(''))
    throw new Problem('invalid-context', 'The targetingKey names a type of identifier and no value.')
  if (browser) onlyAnonymous(profile)
  return { profile, context, locale: localeOf(context) }
}

/** The content comes first: a field of it that is called as one of ours must not hide ours. Pages are not told which rule it was. */
const flagOf = (decision: PlacementDecision, revision: string, { browser }: Actor): z.input<typeof flag> => {
  const { placement, slot, offer, decisionId, variant, content, reason } = decision
  const why = { code: reason.code, ...(reason.rule !== null && { rule: reason.rule }) }
  return {
    key: placement,
    value: { ...content, offer, decisionId },
    variant,
    reason: offer === null ? 'DEFAULT' : 'TARGETING_MATCH',
    metadata: { slot, revision, ...(browser ? {} : why) },
  }
}

const evaluate = async (operations: Decide, question: DecideRequest): Promise<Decided> => {
  const decided = await operations.decide(question)
  if ('unknownPlacements' in decided) throw unknownPlacement(decided.unknownPlacements)
  return decided
}

const facts = {
  method: 'post',
  tag: 'ofrep',
  scope: 'decide',
  misfit: 'invalid-context',
  browser: true,
  failure,
} as const satisfies Partial<Facts>

/**
 * The OpenFeature Remote Evaluation Protocol: a placement is a flag whose value is an object, so that unmodified
 * OpenFeature clients show what the hub decides. Source: github.com/open-feature/protocol, service/openapi.yaml 0.3.0.
 * DEFAULT is a reason of the OpenFeature specification that the protocol's list leaves out; clients pass it on.
 */
export const ofrepRoutes = (operations: Decide): readonly Route[] => [
  route({
    ...facts,
    id: 'evaluateFlag',
    path: '/ofrep/v1/evaluate/flags/:placement',
    summary: 'What a placement shows to a customer now, for OpenFeature',
    input: z.object({ params: z.object({ placement: z.string() }), body: evaluation }),
    response: flag,
    handle: async ({ params: { placement }, body }, { actor }) => {
      const question = { ...questionOf(body, actor), placements: [placement] }
      const { revision, decisions } = await evaluate(operations, question)
      const [decision] = decisions
      if (decision === undefined) throw unknownPlacement([placement])
      return flagOf(decision, revision, actor)
    },
  }),
  route({
    ...facts,
    id: 'evaluateFlags',
    path: '/ofrep/v1/evaluate/flags',
    summary:
      'What all placements show to a customer now, for OpenFeature; nothing where If-None-Match names it already',
    input: z.object({ body: evaluation }),
    response: flags,
    tagged: true,
    handle: async ({ body }, { actor }) => {
      const { revision, decisions } = await evaluate(operations, questionOf(body, actor))
      return { flags: decisions.map((decision) => flagOf(decision, revision, actor)), metadata: { revision } }
    },
  }),
]
