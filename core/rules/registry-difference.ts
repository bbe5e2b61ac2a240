import { canonicalJson } from '../profile/json.ts'
import type { Registry } from './registry.ts'

/** One entry of a registry that another state of it says otherwise. */
export interface EntryChange {
  readonly kind: keyof Registry
  /** Of an example its name. */
  readonly key: string
  readonly change: 'added' | 'removed' | 'changed' | 'moved'
}

const kinds = ['segments', 'slots', 'placements', 'offers', 'rules', 'examples'] as const

const entriesOf = (registry: Registry, kind: keyof Registry): ReadonlyMap<string, string> =>
  new Map(registry[kind].map((entry) => ['key' in entry ? entry.key : entry.name, canonicalJson(entry)]))

const ofKind = (from: Registry, to: Registry, kind: keyof Registry): readonly EntryChange[] => {
  const [before, after] = [entriesOf(from, kind), entriesOf(to, kind)]
  const change = (key: string, how: EntryChange['change']): EntryChange => ({ kind, key, change: how })
  const changes = [
    ...[...after].flatMap(([key, entry]) => {
      const known = before.get(key)
      if (known === undefined) return [change(key, 'added')]
      return known === entry ? [] : [change(key, 'changed')]
    }),
    ...[...before.keys()].filter((key) => !after.has(key)).map((key) => change(key, 'removed')),
  ]
  // The order in the files is the order in answers: it is told where it is all that differs.
  const order = [...before.keys()]
  const moved = [...after.keys()].filter((key, place) => order[place] !== key)
  return changes.length > 0 ? changes : moved.map((key) => change(key, 'moved'))
}

/** What publishing one state of the registry over another changes, entry by entry. */
export const registryDifference = (from: Registry, to: Registry): readonly EntryChange[] =>
  kinds.flatMap((kind) => ofKind(from, to, kind))
