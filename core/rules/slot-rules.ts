import type { Contents } from './content.ts'
import type { Frame, Test } from './frame.ts'
import { compileCondition, type Ground } from './predicate.ts'
import type { Candidate, Dropped, SlotVerdict } from './program.ts'
import type { Offer, Registry, Rule, Slot } from './registry.ts'
import { compileSchedule, compileWindow } from './schedule.ts'
import { type Reader, readTrait } from './traits.ts'

/** What comes of a slot whose rules of these numbers match. */
export type SlotTest = (matched: readonly number[], frame: Frame) => SlotVerdict

interface Stage {
  readonly stage: Dropped['stage']
  readonly test: Test
}
interface CompiledRule {
  readonly candidate: Candidate
  readonly stages: readonly Stage[]
}
export interface SlotGround extends Ground {
  readonly registry: Registry
  readonly offers: ReadonlyMap<string, Offer>
  readonly contents: Contents
}

const offerOf = (rule: Rule, { offers }: SlotGround): Offer => {
  const offer = offers.get(rule.offer)
  if (offer === undefined)
    throw new Error(`compiling rule "${rule.key}": there is no offer "${rule.offer}"; declare it`)
  return offer
}

/** Whether the customer has every trait that the offer's content needs, in their language, wherever the slot is shown. */
const compileContent = (offer: Offer, slot: Slot, { registry, contents, settings, slots }: SlotGround): Test | null => {
  const placements = registry.placements.filter((placement) => placement.slot === slot.key).map(({ key }) => key)
  if (slot.scope === 'request' || placements.every((key) => contents.variables(offer.key, key).length === 0))
    return null
  const byLocale = new Map<string | null, readonly Reader[]>()
  const needed = (locale: string | null): readonly Reader[] => {
    const known = byLocale.get(locale)
    if (known !== undefined) return known
    const traits = new Set(placements.flatMap((key) => contents.needs(offer.key, key, locale)))
    const readers = [...traits].map((trait) => readTrait(trait, settings, slots))
    byLocale.set(locale, readers)
    return readers
  }
  const locale = readTrait('locale', settings, slots)
  return (frame) => needed(contents.nearest(locale(frame))).every((read) => read(frame) !== null)
}

const compileStages = (rule: Rule, offer: Offer, slot: Slot, ground: SlotGround): readonly Stage[] => {
  const hasWindow = offer.validFrom !== undefined || offer.validTo !== undefined
  const tests: Readonly<Record<Stage['stage'], Test | null>> = {
    schedule: compileSchedule(rule.schedule, ground.zone),
    validity: hasWindow ? compileWindow(offer.validFrom, offer.validTo, ground.zone) : null,
    eligible: offer.eligible === undefined ? null : compileCondition(offer.eligible, ground),
    content: compileContent(offer, slot, ground),
  }
  const stages = ['schedule', 'validity', 'eligible', 'content'] as const
  return stages.flatMap((stage) => {
    const test = tests[stage]
    return test === null ? [] : [{ stage, test }]
  })
}

const compileRule = (rule: Rule, slot: Slot, ground: SlotGround): CompiledRule => {
  const offer = offerOf(rule, ground)
  return {
    candidate: { rule, offer, score: rule.weight * offer.value },
    stages: compileStages(rule, offer, slot, ground),
  }
}

/** A slot's rules as one function of those whose audience it is: who may win it, and who fell out where. In file order. */
export const compileSlot = (slot: Slot, own: readonly Rule[], ground: SlotGround): SlotTest => {
  const rules = own.map((rule) => compileRule(rule, slot, ground))
  return (matched, frame) => {
    const candidates: Candidate[] = []
    const dropped: Dropped[] = []
    for (const number of matched) {
      const rule = rules[number]
      if (rule === undefined) continue
      const failed = rule.stages.length === 0 ? undefined : rule.stages.find(({ test }) => !test(frame))
      if (failed === undefined) candidates.push(rule.candidate)
      else dropped.push({ rule: rule.candidate.rule.key, stage: failed.stage })
    }
    return { candidates, dropped, notInAudience: rules.length - matched.length }
  }
}
