import { own } from '../profile/json.ts'
import { typedValue } from '../profile/typed-value.ts'
import { traitNames } from './check-condition.ts'
import { type CheckGround, keysOf } from './check-ground.ts'
import type { Path } from './leaves.ts'
import { type Problem, unknownName } from './problem.ts'
import type { Example } from './registry.ts'

/** A value that would count as not stated at all. */
const checkValue = (name: string, value: unknown, path: Path, { settings }: CheckGround): readonly Problem[] => {
  const type = own(settings.traits, name)?.type
  if (type === undefined || value === null || typedValue(type, value) !== undefined) return []
  return [{ path, message: `${JSON.stringify(value)} is no ${type}, as profile.yaml declares the trait "${name}"` }]
}

const checkGiven = ({ profile, at: instant }: Example, path: Path, ground: CheckGround): readonly Problem[] => {
  const { settings, connectors } = ground
  const at = [...path, 'profile']
  const identifiers = new Set([...Object.keys(settings.identifiers), ...connectors.map(({ key }) => key)])
  const consents = new Set(Object.keys(settings.consents))
  const events = new Set(Object.keys(settings.events.types))
  const stated = traitNames({ ...settings, computed: {} })
  return [
    ...Object.keys(profile.identifiers).flatMap((type) =>
      unknownName([...at, 'identifiers', type], 'identifier', type, identifiers),
    ),
    ...Object.entries(profile.traits).flatMap(([name, value]) => [
      ...unknownName([...at, 'traits', name], 'trait', name, stated),
      ...checkValue(name, value, [...at, 'traits', name], ground),
    ]),
    ...Object.keys(profile.consents).flatMap((name) =>
      unknownName([...at, 'consents', name], 'consent', name, consents),
    ),
    ...profile.events.flatMap(({ event, timestamp }, index) => [
      ...unknownName([...at, 'events', index, 'event'], 'event', event, events),
      ...(Date.parse(timestamp) > Date.parse(instant)
        ? [{ path: [...at, 'events', index, 'timestamp'], message: `is after the example's own instant, ${instant}` }]
        : []),
    ]),
  ]
}

const checkExpected = ({ expect }: Example, path: Path, { registry }: CheckGround): readonly Problem[] => {
  const at = [...path, 'expect']
  const segments = keysOf(registry.segments)
  const [slots, offers] = [keysOf(registry.slots), keysOf(registry.offers)]
  return [
    ...(expect.segments ?? []).flatMap((key, index) =>
      unknownName([...at, 'segments', index], 'segment', key, segments),
    ),
    ...(expect.not?.segments ?? []).flatMap((key, index) =>
      unknownName([...at, 'not', 'segments', index], 'segment', key, segments),
    ),
    ...Object.entries(expect.slots ?? {}).flatMap(([slot, offer]) => [
      ...unknownName([...at, 'slots', slot], 'slot', slot, slots),
      ...(offer === null ? [] : unknownName([...at, 'slots', slot], 'offer', offer, offers)),
    ]),
  ]
}

/** Whether all that an example names is declared, and may be so: then it can be run. */
export const checkExample = (example: Example, path: Path, ground: CheckGround): readonly Problem[] => [
  ...checkGiven(example, path, ground),
  ...checkExpected(example, path, ground),
]
