import { checkCondition } from './check-condition.ts'
import { checkContents } from './check-content.ts'
import { checkExample } from './check-example.ts'
import { type CheckGround, type CheckSettings, keysOf } from './check-ground.ts'
import { checkPlacements } from './check-placements.ts'
import { checkSegments } from './check-segments.ts'
import { checkSchedule, checkValidity } from './check-times.ts'
import { type Problem, unknownName } from './problem.ts'
import type { Registry } from './registry.ts'
import { isZone, openZone, type Zone } from './zone.ts'

const kinds = ['segments', 'slots', 'placements', 'offers', 'rules'] as const

const checkDuplicates = ({ registry }: CheckGround): readonly Problem[] =>
  kinds.flatMap((kind) => {
    const seen = new Set<string>()
    return registry[kind].flatMap(({ key }, index) => {
      const isTaken = seen.has(key)
      seen.add(key)
      return isTaken ? [{ path: [kind, index, 'key'], message: `an earlier one has the key "${key}"`, found: key }] : []
    })
  })

const checkConditions = ({ registry, settings }: CheckGround): readonly Problem[] => {
  const names = { settings, segments: keysOf(registry.segments) }
  return [
    ...registry.segments.flatMap(({ when }, index) => checkCondition(when, names, ['segments', index, 'when'])),
    ...registry.rules.flatMap(({ when }, index) => checkCondition(when, names, ['rules', index, 'when'])),
    ...registry.offers.flatMap(({ eligible }, index) =>
      eligible === undefined ? [] : checkCondition(eligible, names, ['offers', index, 'eligible']),
    ),
  ]
}

const checkRules = ({ registry }: CheckGround, hub: Zone): readonly Problem[] => {
  const [slots, offers] = [keysOf(registry.slots), keysOf(registry.offers)]
  return registry.rules.flatMap((rule, index) => [
    ...unknownName(['rules', index, 'slot'], 'slot', rule.slot, slots),
    ...unknownName(['rules', index, 'offer'], 'offer', rule.offer, offers),
    ...checkSchedule(rule, ['rules', index], hub),
  ])
}

const unknownZone = (timezone: string): Problem => ({
  path: [],
  message: `hub.timezone "${timezone}" is no time zone: use a name such as Europe/Berlin`,
  found: timezone,
})

/**
 * Everything that is wrong in a registry, at once: names that nothing has, conditions that do not fit what they ask of,
 * segments that contain themselves, content that cannot be shown or must not leave the hub, windows that never open.
 * Empty: `compile` takes it.
 */
export const checkRegistry = (registry: Registry, settings: CheckSettings): readonly Problem[] => {
  const hasZone = isZone(settings.timezone)
  const ground: CheckGround = { ...settings, timezone: hasZone ? settings.timezone : 'UTC', registry }
  const hub = openZone(ground.timezone)
  return [
    ...(hasZone ? [] : [unknownZone(settings.timezone)]),
    ...checkDuplicates(ground),
    ...checkConditions(ground),
    ...checkSegments(registry.segments),
    ...checkPlacements(ground),
    ...registry.offers.flatMap((offer, index) => checkValidity(offer, ['offers', index], hub)),
    ...checkContents(ground),
    ...checkRules(ground, hub),
    ...registry.examples.flatMap((example, index) => checkExample(example, ['examples', index], ground)),
  ]
}
