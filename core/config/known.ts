import { itemsAt, keysAt, type Tree, textAt } from './tree.ts'

/** Names of a kind that may be referred to; null where the file that declares them could not be read. */
export type Names = readonly string[] | null

/** Every name that the files declare, also of entries that have problems: a reference to those is no second problem. */
export interface Known {
  readonly connectors: Names
  readonly identifiers: Names
  readonly traits: Names
  readonly computed: Names
  readonly consents: Names
  readonly events: Names
  readonly imports: Names
  readonly segments: Names
  readonly placements: Names
  readonly offers: Names
  readonly categories: Names
}

const profileNames = (profile: Tree | null, ...section: string[]): Names => profile && keysAt(profile, ...section)
const registryNames = (registry: Tree | null, kind: string, field = 'key'): Names =>
  registry && itemsAt(registry, kind).flatMap((item) => textAt(item, field) ?? [])

/** Collects the names; null for a file that could not be read. */
export const knownNames = (hub: Tree, profile: Tree | null, registry: Tree | null): Known => ({
  connectors: keysAt(hub, 'connectors'),
  identifiers: profileNames(profile, 'identifiers'),
  traits: profileNames(profile, 'traits'),
  computed: profileNames(profile, 'computed'),
  consents: profileNames(profile, 'consents'),
  events: profileNames(profile, 'events', 'types'),
  imports: profileNames(profile, 'imports'),
  segments: registryNames(registry, 'segments'),
  placements: registryNames(registry, 'placements'),
  offers: registryNames(registry, 'offers'),
  categories: registryNames(registry, 'offers', 'category'),
})
