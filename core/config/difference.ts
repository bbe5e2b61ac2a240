import { foldingOf } from '../profile/folding.ts'
import { canonicalJson, isObject } from '../profile/json.ts'
import { identityKeyOf } from './hub.ts'
import type { Config } from './load.ts'

/** What taking over another config comes to. */
export interface Difference {
  /** What cannot change while the hub runs, a sentence each; then nothing is taken over. */
  readonly refused: readonly string[]
  /** The paths of all that differs, `connectors.mail.map`; never a value. Rule files are not among them. */
  readonly paths: readonly string[]
  readonly connectors: {
    readonly added: readonly string[]
    readonly removed: readonly string[]
    /** To be opened anew. */
    readonly changed: readonly string[]
  }
  /** Profiles must be folded anew from the log; else looking at them under the new settings is enough. */
  readonly folds: boolean
  /** Files of sample customers that were not named before. */
  readonly samples: readonly string[]
}

/** How deep a path tells of what differs: `hub.timezone`, `connectors.mail.map`, `profile.events.types.Order Completed`. */
const sections = [
  ['hub', 1],
  ['sources', 1],
  ['connectors', 2],
  ['rollouts', 1],
  ['profile', 3],
  ['samples', 0],
] as const

const equal = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b)

const pathsBetween = (a: unknown, b: unknown, path: string, depth: number): readonly string[] => {
  if (equal(a, b)) return []
  if (depth === 0 || !isObject(a) || !isObject(b)) return [path]
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])]
  return keys.flatMap((key) => pathsBetween(a[key], b[key], `${path}.${key}`, depth - 1))
}

/** The order of identifiers is their rank; the order of any other map says nothing. */
const ranksBetween = (a: Config, b: Config): readonly string[] =>
  equal(Object.keys(a.profile.identifiers), Object.keys(b.profile.identifiers)) ? [] : ['profile.identifiers']

const unchangeable = (from: Config, to: Config): readonly string[] => {
  const fixed = (['store', 'stream'] as const).filter((key) => from[key] !== to[key])
  const moved = Object.keys(to.connectors).filter((key) => {
    const before = from.connectors[key]
    return before !== undefined && before.use !== to.connectors[key]?.use
  })
  const keyed = from.hub.identityKey === to.hub.identityKey ? 'name' : 'identityKey'
  return [
    ...fixed.map(
      (key) =>
        `${key}: cannot change while the hub runs: put "${from[key]}" back, or restart the hub with "${to[key]}"`,
    ),
    ...(identityKeyOf(from.hub) === identityKeyOf(to.hub)
      ? []
      : [
          `hub.${keyed}: profile ids hang on it, so it cannot change while the hub runs: put it back${keyed === 'name' ? `, or keep the ids by stating identityKey: "${identityKeyOf(from.hub)}"` : ', or restart the hub'}`,
        ]),
    ...moved.map(
      (key) =>
        `connectors.${key}.use: a connector stays with its plugin, for what is known of its contacts is the tool's: put "${from.connectors[key]?.use}" back, or give the new one another key`,
    ),
  ]
}

const reachOf = ({ hub: { loopback, networks, folders } }: Config) => [loopback, networks, folders]

const connectorsBetween = (from: Config, to: Config): Difference['connectors'] => {
  const keys = Object.keys(to.connectors)
  const reached = equal(reachOf(from), reachOf(to))
  return {
    added: keys.filter((key) => !(key in from.connectors)),
    removed: Object.keys(from.connectors).filter((key) => !(key in to.connectors)),
    changed: keys.filter(
      (key) => key in from.connectors && !(reached && equal(from.connectors[key], to.connectors[key])),
    ),
  }
}

/** What is to be done so that a hub that runs by one config runs by another. Pure. */
export const difference = (from: Config, to: Config): Difference => ({
  refused: unchangeable(from, to),
  paths: [
    ...sections.flatMap(([section, depth]) => pathsBetween(from[section], to[section], section, depth)),
    ...ranksBetween(from, to),
    ...pathsBetween(from.publish, to.publish, 'registry.publish', 0),
  ],
  connectors: connectorsBetween(from, to),
  folds: foldingOf(from.profile) !== foldingOf(to.profile),
  samples: to.samples.map(({ file }) => file).filter((file) => !from.samples.some((known) => known.file === file)),
})
