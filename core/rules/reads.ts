import { own } from '../profile/json.ts'
import type { ProfileSettings } from '../profile/settings.ts'
import type { Condition } from './condition.ts'
import type { Contents } from './content.ts'
import { plainLeavesOf } from './leaves.ts'
import type { Reads } from './program.ts'
import type { Registry } from './registry.ts'

/** Everything that a registry asks of customers. */
export const conditionsIn = ({ segments, rules, offers }: Registry): readonly Condition[] => [
  ...segments.map(({ when }) => when),
  ...rules.map(({ when }) => when),
  ...offers.flatMap(({ eligible }) => eligible ?? []),
]

/** The traits that the content of offers needs, and the one that chooses its language. */
const contentTraits = ({ rules, placements }: Registry, { variables }: Contents): readonly string[] => {
  const shown = rules.flatMap(({ slot, offer }) =>
    placements.filter((placement) => placement.slot === slot).flatMap(({ key }) => variables(offer, key)),
  )
  return shown.length === 0 ? [] : [...shown, 'locale']
}

/** What a registry's answers depend on. */
export const readsOf = (registry: Registry, settings: ProfileSettings, contents: Contents): Reads => {
  const leaves = conditionsIn(registry).flatMap((condition) => plainLeavesOf(condition))
  const traits = new Set(leaves.flatMap((leaf) => ('trait' in leaf ? leaf.trait : [])))
  for (const trait of contentTraits(registry, contents)) traits.add(trait)
  const computed = [...traits].flatMap((trait) => own(settings.computed, trait)?.event ?? [])
  return {
    traits,
    events: new Set([...computed, ...leaves.flatMap((leaf) => ('event' in leaf ? leaf.event : []))]),
    consents: new Set(leaves.flatMap((leaf) => ('consent' in leaf ? leaf.consent : []))),
  }
}
