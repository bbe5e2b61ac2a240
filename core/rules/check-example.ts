import { traitNames } from './check-condition.ts'
import { type CheckGround, keysOf } from './check-ground.ts'
import type { Path } from './leaves.ts'
import { type Problem, unknownName } from './problem.ts'
import type { Example } from './registry.ts'

const checkGiven = ({ profile }: Example, path: Path, { settings }: CheckGround): readonly Problem[] => {
  const at = [...path, 'profile']
  const consents = new Set(Object.keys(settings.consents))
  const events = new Set(Object.keys(settings.events.types))
  const stated = traitNames({ ...settings, computed: {} })
  return [
    ...Object.keys(profile.traits).flatMap((name) => unknownName([...at, 'traits', name], 'trait', name, stated)),
    ...Object.keys(profile.consents).flatMap((name) =>
      unknownName([...at, 'consents', name], 'consent', name, consents),
    ),
    ...profile.events.flatMap(({ event }, index) =>
      unknownName([...at, 'events', index, 'event'], 'event', event, events),
    ),
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
    ...Object.entries(expect.slots ?? {}).flatMap(([slot, offer]) => [
      ...unknownName([...at, 'slots', slot], 'slot', slot, slots),
      ...(offer === null ? [] : unknownName([...at, 'slots', slot], 'offer', offer, offers)),
    ]),
  ]
}

/** Whether all that an example names is declared. */
export const checkExample = (example: Example, path: Path, ground: CheckGround): readonly Problem[] => [
  ...checkGiven(example, path, ground),
  ...checkExpected(example, path, ground),
]
