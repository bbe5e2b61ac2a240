import { isObject } from '../profile/json.ts'
import { groupBy } from '../profile/order.ts'
import type { ProfileSettings } from '../profile/settings.ts'
import { type Condition, condition } from './condition.ts'
import { createContents } from './content.ts'
import { createSlots, type Frame, type Test } from './frame.ts'
import { plainLeavesOf } from './leaves.ts'
import { allOf } from './logic.ts'
import { compileCondition, compileSegment } from './predicate.ts'
import type { Evaluation, Program, SlotVerdict } from './program.ts'
import { readsOf } from './reads.ts'
import { byKey, type Registry } from './registry.ts'
import { createRuleIndex, type RuleIndex } from './rule-index.ts'
import { compileSlot, type SlotGround, type SlotTest } from './slot-rules.ts'
import { isTrait, readTrait } from './traits.ts'
import { openZone } from './zone.ts'

export interface ProgramSource {
  /** As `checkRegistry` found nothing wrong with it. */
  readonly registry: Registry
  readonly settings: ProfileSettings
  /** IANA name; what a date without a time means. */
  readonly timezone: string
  /** hub.locales, the first is the default. */
  readonly locales: readonly string[]
  readonly revision: string
}

/** Whether a condition reads the request. */
const isContextual = (when: Condition | undefined): boolean =>
  when !== undefined && plainLeavesOf(when).some((leaf) => 'context' in leaf)

/** Tests of the rules that read the request, by key: the rule's and its offer's conditions together. */
const contextualRules = (ground: SlotGround): ReadonlyMap<string, Test> => {
  const tests = new Map<string, Test>()
  for (const { key, when, offer } of ground.registry.rules) {
    const eligible = ground.offers.get(offer)?.eligible
    if (!isContextual(when) && !isContextual(eligible)) continue
    const conditions = eligible === undefined ? [when] : [when, eligible]
    tests.set(key, allOf(conditions.map((condition) => compileCondition(condition, ground))))
  }
  return tests
}

interface Slots {
  /** By slot, with the number of its group in the index. */
  readonly tests: ReadonlyMap<string, { readonly group: number; readonly test: SlotTest }>
  readonly index: RuleIndex
}
/** All slots' rules, under one index. */
const compileSlots = (ground: SlotGround): Slots => {
  const { slots, rules } = ground.registry
  const bySlot = groupBy(rules, ({ slot }) => slot)
  const groups = slots.map(({ key }) => bySlot.get(key) ?? [])
  const conditions = groups.map((group) => group.map(({ when }) => when))
  return {
    tests: new Map(
      slots.map((slot, group) => [slot.key, { group, test: compileSlot(slot, groups[group] ?? [], ground) }]),
    ),
    index: createRuleIndex(conditions, ground),
  }
}

const evaluation = (frame: Frame, { tests, index }: Slots, ground: SlotGround): Evaluation => {
  const verdicts: (SlotVerdict | undefined)[] = []
  const find = index(frame)
  const inSegment = (key: string): boolean => compileSegment(key, ground)(frame)
  const slot = (key: string): SlotVerdict => {
    const compiled = tests.get(key)
    if (compiled === undefined) throw new Error(`evaluating slot "${key}": the registry has none with this key`)
    const { group, test } = compiled
    const verdict = verdicts[group] ?? test(find(group), frame)
    verdicts[group] = verdict
    return verdict
  }
  return {
    at: frame.at,
    segments: () => [...ground.segments.keys()].filter(inSegment),
    inSegment,
    slot,
    trait: (path) => readTrait(path, ground.settings, ground.slots)(frame) ?? undefined,
    until: () => frame.until,
  }
}

/** Compiles a revision. Throws where the registry is not sound: hold it to `checkRegistry` first. */
export const compile = ({ registry, settings, timezone, locales, revision }: ProgramSource): Program => {
  const contents = createContents({ registry, locales, timezone, isTrait: (path) => isTrait(path, settings) })
  const ground: SlotGround = {
    registry,
    settings,
    contents,
    offers: byKey(registry.offers),
    zone: openZone(timezone),
    slots: createSlots(),
    segments: new Map(registry.segments.map(({ key, when }) => [key, when])),
    compiled: new Map(),
  }
  for (const key of ground.segments.keys()) compileSegment(key, ground)
  const slots = compileSlots(ground)
  const contextual = contextualRules(ground)
  const { frame } = ground.slots
  const kept = new WeakMap<object, Test>()
  const compiled = (when: unknown): Test => {
    const known = isObject(when) ? kept.get(when) : undefined
    if (known !== undefined) return known
    const test = compileCondition(condition.parse(when), ground)
    if (isObject(when)) kept.set(when, test)
    return test
  }
  return {
    revision,
    registry,
    slots: byKey(registry.slots),
    placements: byKey(registry.placements),
    offers: ground.offers,
    reads: readsOf(registry, settings, contents),
    evaluate: (profile, at, context) => evaluation(frame(profile, at, context), slots, ground),
    holds: (when, profile, at) => {
      const test = compiled(when)
      const asked = frame(profile, at)
      return { holds: test(asked), until: asked.until }
    },
    readsRequest: (rule) => contextual.has(rule),
    withheld: (rule, profile, at, context) => {
      const test = contextual.get(rule)
      if (test === undefined) return false
      return test(frame(profile, at)) && !test(frame(profile, at, context))
    },
    variables: contents.variables,
    contentRevision: contents.contentRevision,
    nearest: contents.nearest,
    render: contents.render,
    transform: contents.transform,
    fallback: contents.fallback,
  }
}
