import { hash } from 'node:crypto'
import { arbitrate, type Ruling } from '../decide/arbitrate.ts'
import type { Decision, ReasonCode } from '../decide/decision.ts'
import { normaliseIdentifiers } from '../profile/identifier.ts'
import { nodeId, nodeIds } from '../profile/node.ts'
import type { Profile } from '../profile/profile.ts'
import { stranger } from '../profile/stranger.ts'
import type { Evaluation, Program } from '../rules/program.ts'
import type { Placement } from '../rules/registry.ts'
import type { Basis } from './basis.ts'
import type { Core } from './core.ts'
import type { Decide, DecideRequest, PlacementDecision } from './operations.ts'
import { createRecall } from './recall.ts'
import { glance, type Look, see } from './redecide.ts'
import type { Customer } from './refresh.ts'

/** What a slot's answer is for this request, stored or made for it alone. */
interface SlotAnswer {
  readonly offer: string | null
  readonly rule: string | null
  readonly decisionId: string | null
  readonly code: ReasonCode
}
const nothing = (code: ReasonCode, rule: string | null = null): SlotAnswer => ({
  offer: null,
  rule,
  decisionId: null,
  code,
})

const requestId = (unit: string, slot: string, offer: string, rule: string): string =>
  hash('sha256', `request\0${unit}\0${slot}\0${offer}\0${rule}`).slice(0, 24)

const ofDecision = (decision: Decision | undefined, ruling: Ruling | undefined): SlotAnswer =>
  decision === undefined
    ? nothing('no_rule')
    : {
        offer: decision.offer,
        rule: decision.rule,
        decisionId: decision.id,
        code: ruling?.held === true ? 'held' : 'won',
      }

/** A slot of scope request: decided for this request with its context, never stored and never pushed. */
const ofRequest = (evaluation: Evaluation, profile: Profile, slot: string): SlotAnswer => {
  const noUses = { ofCustomer: () => [], total: () => 0 }
  const ruling = arbitrate({
    slot,
    holdMs: 0,
    verdict: evaluation.slot(slot),
    incumbent: null,
    uses: noUses,
    unit: profile.unit,
    at: evaluation.at,
  })
  if (ruling.winner === null) return nothing('no_rule')
  const { rule, offer } = ruling.winner
  return {
    offer: offer.key,
    rule: rule.key,
    decisionId: requestId(profile.unit, slot, offer.key, rule.key),
    code: 'won',
  }
}

const shown = (
  program: Program,
  placement: Placement,
  answer: SlotAnswer,
  locale: string | null,
  trait: Evaluation['trait'],
): PlacementDecision => {
  const { key, slot } = placement
  const content = answer.offer === null ? null : program.render(answer.offer, key, locale, trait)
  if (answer.offer !== null && content !== null)
    return {
      placement: key,
      slot,
      offer: answer.offer,
      variant: answer.offer,
      content: content.fields,
      decisionId: answer.decisionId,
      reason: { code: answer.code, rule: answer.rule },
    }
  const code = answer.offer === null ? answer.code : 'no_content'
  const { fields } = program.fallback(key, locale)
  return {
    placement: key,
    slot,
    offer: null,
    variant: 'fallback',
    content: fields,
    decisionId: null,
    reason: { code, rule: answer.rule },
  }
}

interface Asked {
  readonly basis: Basis
  readonly request: DecideRequest
  readonly wanted: readonly string[]
  readonly at: number
}

/** The answer to a customer's request; `unknown` is the node of a visitor whom nobody has seen. */
const answered = ({ basis, request, wanted, at }: Asked, customer: Customer | null, unknown: string) => {
  const { program } = basis
  const profile = customer?.profile ?? stranger(unknown, basis.settings)
  let evaluated: Evaluation | undefined
  const forRequest = (): Evaluation => {
    evaluated ??= program.evaluate(profile, at, request.context ?? {})
    return evaluated
  }
  const language = profile.traits.get('locale')?.value
  const locale = request.locale ?? (typeof language === 'string' ? language : null)

  const answerOf = (slot: string): SlotAnswer => {
    const isForRequest = program.slots.get(slot)?.scope === 'request'
    if (isForRequest || customer === null) return ofRequest(forRequest(), profile, slot)
    const answer = ofDecision(customer.answers.current.get(slot), customer.answers.rulings.get(slot))
    const withheld =
      answer.rule !== null &&
      request.context !== undefined &&
      program.withheld(answer.rule, profile, at, request.context)
    return withheld ? nothing('withheld', answer.rule) : answer
  }
  const { trait } = customer?.evaluation ?? forRequest()
  const decisions = wanted.flatMap((key) => {
    const placement = program.placements.get(key)
    return placement === undefined ? [] : [shown(program, placement, answerOf(placement.slot), locale, trait)]
  })
  return { profileId: profile.id, revision: program.revision, decisions }
}

/** Answers placements for one request: a known customer's stored decisions, exact at this instant, or a visitor nobody has seen. */
export const createDecide = (core: Core): Decide => {
  const recall = createRecall()
  const customerOf = async (nodes: readonly string[], look: Look): Promise<Customer | null> => {
    for (const node of nodes) {
      const { customers } = await see(core, [node], { look })
      const known = customers.find(({ profile }) => profile.nodes.some(({ id }) => id === node))
      if (known !== undefined) return known
    }
    return null
  }

  return {
    decide: async (request) => {
      const basis = core.basis()
      const { program, settings, identityKey } = basis
      const wanted = request.placements ?? [...program.placements.keys()]
      const unknownPlacements = wanted.filter((key) => !program.placements.has(key))
      if (unknownPlacements.length > 0) return { unknownPlacements }

      const stated = Object.entries(request.profile).map(([type, value]) => ({ type, value }))
      const nodes = nodeIds(identityKey, normaliseIdentifiers(stated, settings))
      const unknown = nodes[0] ?? nodeId(identityKey, stated[0] ?? { type: 'anonymousId', value: '' })
      const answer = (customer: Customer | null) =>
        answered({ basis, request, wanted, at: core.now() }, customer, unknown)
      const customer = await customerOf(nodes, recall)
      const said = answer(customer)
      // What was recalled may have been asked for more than before, and that may have changed meanwhile.
      const isExact = customer === null || core.now() < customer.evaluation.until()
      return isExact ? said : answer(await customerOf(nodes, glance))
    },
  }
}
