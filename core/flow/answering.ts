import { hash } from 'node:crypto'
import { arbitrate, type Ruling } from '../decide/arbitrate.ts'
import type { Decision, ReasonCode } from '../decide/decision.ts'
import type { Profile } from '../profile/profile.ts'
import { stranger } from '../profile/stranger.ts'
import type { Evaluation, Program } from '../rules/program.ts'
import type { Placement } from '../rules/registry.ts'
import type { Basis } from './basis.ts'
import type { Core } from './core.ts'
import { createFamiliars, type Familiar } from './familiar.ts'
import { nameOf } from './naming.ts'
import type { Decide, Decided, DecideRequest, PlacementDecision } from './operations.ts'
import { see } from './redecide.ts'

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
  readonly request: DecideRequest
  readonly wanted: readonly string[]
  readonly at: number
}

const entry = <Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value => {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

/** Whether what a placement shows is decided for one request alone. */
const isOfRequest = (program: Program, placement: Placement | undefined): boolean =>
  placement !== undefined && program.slots.get(placement.slot)?.scope === 'request'

/** The language in which a request is answered: its own, or else the customer's. */
const localeOf = ({ request }: Asked, program: Program, { traits }: Profile): string | null =>
  program.nearest(request.locale ?? traits.get('locale')?.value)

const decidedFor = (
  { wanted }: Asked,
  program: Program,
  profile: Profile,
  decisionOf: (placement: Placement) => PlacementDecision,
): Decided => {
  const decisions = wanted.flatMap((key) => {
    const placement = program.placements.get(key)
    return placement === undefined ? [] : [decisionOf(placement)]
  })
  return { profileId: profile.id, revision: program.revision, decisions }
}

/** The answer to a visitor of whom nothing is known but a node. */
const forStranger = (asked: Asked, { program, settings }: Basis, node: string): Decided => {
  const profile = stranger(node, settings)
  const locale = localeOf(asked, program, profile)
  const evaluation = program.evaluate(profile, asked.at, asked.request.context ?? {})
  return decidedFor(asked, program, profile, (placement) =>
    shown(program, placement, ofRequest(evaluation, profile, placement.slot), locale, evaluation.trait),
  )
}

/** The answer to a customer: what is decided for good, and what this request alone brings. */
const answerCustomer = (asked: Asked, locale: string | null, familiar: Familiar): Decided => {
  const { request, at } = asked
  const { customer, shown: kept } = familiar
  const { program } = familiar.basis
  const { profile, answers, evaluation } = customer
  const show = (placement: Placement, answer: SlotAnswer) => shown(program, placement, answer, locale, evaluation.trait)

  let evaluated: Evaluation | undefined
  const forRequest = (slot: string): SlotAnswer => {
    evaluated ??= program.evaluate(profile, at, request.context ?? {})
    return ofRequest(evaluated, profile, slot)
  }
  const ofLocale = entry(kept, locale, () => new Map())
  const stored = (placement: Placement): PlacementDecision =>
    entry(ofLocale, placement.key, () =>
      show(placement, ofDecision(answers.current.get(placement.slot), answers.rulings.get(placement.slot))),
    )
  return decidedFor(asked, program, profile, (placement) => {
    if (isOfRequest(program, placement)) return show(placement, forRequest(placement.slot))
    const decision = stored(placement)
    const { rule } = decision.reason
    const isWithheld =
      rule !== null && request.context !== undefined && program.withheld(rule, profile, at, request.context)
    return isWithheld ? show(placement, nothing('withheld', rule)) : decision
  })
}

/** Whether this answer is the one to every request for the same placements in the same language. */
const isStanding = ({ wanted }: Asked, program: Program, { decisions }: Decided): boolean =>
  decisions.every(({ reason }) => reason.rule === null || !program.readsRequest(reason.rule)) &&
  wanted.every((key) => !isOfRequest(program, program.placements.get(key)))
const isSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((key, index) => key === others[index])

/** The same, at once where nothing in it can be another than it was the last time. */
const forCustomer = (asked: Asked, familiar: Familiar): Decided => {
  const { program } = familiar.basis
  const { wanted } = asked
  const locale = localeOf(asked, program, familiar.customer.profile)
  const { standing } = familiar
  if (standing !== null && standing.locale === locale && isSame(standing.wanted, wanted)) return standing.decided
  const decided = answerCustomer(asked, locale, familiar)
  if (isStanding(asked, program, decided)) familiar.standing = { locale, wanted, decided }
  return decided
}

/** Answers placements for one request: a known customer's stored decisions, exact at this instant, or a visitor nobody has seen. */
export const createDecide = (core: Core): Decide => {
  const familiars = createFamiliars(core)
  const meet = async (nodes: readonly string[]): Promise<Familiar | null> => {
    for (const node of nodes) {
      const mark = core.store.mark(node)
      const seen = await see(core, [node])
      const known = seen.customers.find(({ profile }) => profile.nodes.some(({ id }) => id === node))
      if (known !== undefined) return familiars.meet(node, mark, known, seen)
    }
    return null
  }

  return {
    decide: (request) => {
      const basis = core.basis()
      const { program } = basis
      const wanted = request.placements ?? [...program.placements.keys()]
      const unknownPlacements = wanted.filter((key) => !program.placements.has(key))
      if (unknownPlacements.length > 0) return { unknownPlacements }

      const { nodes, unknown } = nameOf(request.profile, basis)
      const answer = (familiar: Familiar | null): Decided => {
        const asked = { request, wanted, at: core.now() }
        return familiar === null ? forStranger(asked, core.basis(), unknown) : forCustomer(asked, familiar)
      }
      // What is familiar may have been asked for more than before, and that may have changed meanwhile.
      const isExact = (familiar: Familiar | null): boolean =>
        familiar === null || core.now() < familiar.customer.evaluation.until()
      const met = async (): Promise<Decided> => {
        const familiar = await meet(nodes)
        const said = answer(familiar)
        return isExact(familiar) ? said : answer(await meet(nodes))
      }
      const [strongest] = nodes
      const familiar = strongest === undefined ? null : familiars.find(strongest, core.now())
      if (familiar === null) return met()
      const said = answer(familiar)
      return isExact(familiar) ? said : met()
    },
  }
}
