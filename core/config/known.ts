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
  readonly segments: Names
  readonly slots: Names
  readonly placements: Names
  /** Fields of any placement. */
  readonly fields: Names
  readonly offers: Names
  readonly categories: Names
}

const keys = (tree: Tree | null, ...section: string[]): Names => tree && keysAt(tree, ...section)
const registryNames = (registry: Tree | null, kind: string, field = 'key'): Names =>
  registry && itemsAt(registry, kind).flatMap((item) => textAt(item, field) ?? [])

/** Collects the names; null for a file that could not be read. */
export const knownNames = (hub: Tree | null, profile: Tree | null, registry: Tree | null): Known => ({
  connectors: keys(hub, 'connectors'),
  identifiers: keys(profile, 'identifiers'),
  traits: keys(profile, 'traits'),
  computed: keys(profile, 'computed'),
  consents: keys(profile, 'consents'),
  events: keys(profile, 'events', 'types'),
  segments: registryNames(registry, 'segments'),
  slots: registryNames(registry, 'slots'),
  placements: registryNames(registry, 'placements'),
  fields: registry && itemsAt(registry, 'placements').flatMap((placement) => keysAt(placement, 'fields')),
  offers: registryNames(registry, 'offers'),
  categories: registryNames(registry, 'offers', 'category'),
})
