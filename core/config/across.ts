import { isZone } from '../rules/zone.ts'
import type { Plugin } from './connector-check.ts'
import { checkHub } from './hub-check.ts'
import { isLocale } from './intl.ts'
import { type Known, knownNames } from './known.ts'
import type { Parts } from './parts.ts'
import { type Finding, located, type Problem } from './problem.ts'
import { checkProfile } from './profile-check.ts'
import { checkRules, checkScopes, type Ground } from './registry-check.ts'
import type { Tree } from './tree.ts'

const namesIn = (known: Known): readonly string[] => Object.values(known).flatMap((names) => names ?? [])

/** Declared names that are not among the sound ones. */
const leftOut = ({ readings, hub, profile, registry }: Parts): ReadonlySet<string> => {
  const sound = new Set(namesIn(knownNames(hub.tree, profile.tree, registry.tree)))
  const declared = namesIn(knownNames(readings.hub.tree, readings.profile.tree, readings.registry.tree))
  return new Set(declared.filter((name) => !sound.has(name)))
}

/** null: a file could not be read, so that nobody knows which names there are. */
const groundOf = (parts: Parts): Ground | null => {
  const { readings, hub, profile, registry } = parts
  if (Object.values(readings).some(({ whole }) => whole === null)) return null
  const { timezone, locales } = hub.sound.hub
  return {
    settings: { ...profile.sound, identifiers: profile.sound.identifiers ?? {} },
    connectors: hub.sound.connectors,
    registry: registry.sound,
    locales: locales.filter(isLocale),
    timezone: isZone(timezone) ? timezone : 'UTC',
    leftOut: leftOut(parts),
  }
}

/** What knows of things that stand in no file. */
interface Judges {
  readonly plugins: ReadonlyMap<string, Plugin>
  readonly isCron?: (expression: string) => boolean
}

/** What the files say about each other, and what their parts do. */
export const checkAcross = (parts: Parts, { plugins, isCron = () => true }: Judges): Problem[] => {
  const { readings, hub, profile, registry } = parts
  const known = knownNames(readings.hub.whole, readings.profile.whole, readings.registry.whole)
  const placements = new Map(registry.sound.placements.map((placement) => [placement.key, placement]))
  const ground = groundOf(parts)
  const at = (tree: Tree, findings: readonly Finding[]) => findings.map((finding) => located(tree, finding))
  return [
    ...at(hub.tree, checkHub(hub.sound, { known, placements, plugins, isCron })),
    ...at(hub.tree, ground ? checkScopes(ground) : []),
    ...at(profile.tree, checkProfile(profile.sound, known)),
    ...at(registry.tree, ground ? checkRules(ground) : []),
  ]
}
