import type { Path } from './leaves.ts'
import { spanOf } from './moment.ts'
import type { Problem } from './problem.ts'
import type { Offer, Rule } from './registry.ts'
import { isZone, openZone, type Zone } from './zone.ts'

const checkWindow = (from: string | undefined, to: string | undefined, zone: Zone, path: Path): readonly Problem[] => {
  const starts = from === undefined ? null : spanOf(from, zone)
  const ends = to === undefined ? null : spanOf(to, zone)
  if (starts === null || ends === null || starts.start < ends.end) return []
  return [{ path, message: `${to} is before ${from}: it never applies`, found: to }]
}

/** An offer's validity. */
export const checkValidity = ({ validFrom, validTo }: Offer, path: Path, zone: Zone): readonly Problem[] =>
  checkWindow(validFrom, validTo, zone, [...path, 'validTo'])

/** A rule's schedule. */
export const checkSchedule = ({ schedule }: Rule, path: Path, hub: Zone): readonly Problem[] => {
  if (schedule === undefined) return []
  const { from, to, hours, zone } = schedule
  const at = [...path, 'schedule']
  const isKnown = zone === 'hub' || isZone(zone)
  const strange = {
    path: [...at, 'zone'],
    message: `"${zone}" is no time zone: hub, or a name such as Europe/Berlin`,
    found: zone,
  }
  const [opens, closes] = hours?.split('-') ?? []
  const never = {
    path: [...at, 'hours'],
    message: 'opens and closes at once; the whole day is 00:00-24:00',
    found: hours,
  }
  return [
    ...(isKnown ? [] : [strange]),
    ...(opens !== undefined && opens === closes ? [never] : []),
    ...checkWindow(from, to, isKnown && zone !== 'hub' ? openZone(zone) : hub, [...at, 'to']),
  ]
}
