/** Negative: a before b. Zero: the same place. */
export type Compare<T> = (a: T, b: T) => number

/** By UTF-16 code units: the same on every machine and in every locale. */
export const compareText: Compare<string> = (a, b) => (a < b ? -1 : a > b ? 1 : 0)

/** The last under the order; of equals the first one met. */
export const greatest = <T>(items: Iterable<T>, compare: Compare<T>): T | undefined => {
  let best: T | undefined
  for (const item of items) if (best === undefined || compare(item, best) > 0) best = item
  return best
}

/** In order of first appearance. */
export const groupBy = <T, K>(items: Iterable<T>, key: (item: T) => K): Map<K, T[]> => {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const group = groups.get(key(item))
    if (group === undefined) groups.set(key(item), [item])
    else group.push(item)
  }
  return groups
}

const isSorted = (keys: Iterable<string>): boolean => {
  let before: string | undefined
  for (const key of keys) {
    if (before !== undefined && key < before) return false
    before = key
  }
  return true
}

/** The map itself where its keys are sorted already, as those of one node's claims are. */
export const sortedByKey = <T>(map: Map<string, T>): Map<string, T> =>
  isSorted(map.keys()) ? map : new Map([...map].sort(([a], [b]) => compareText(a, b)))

/** Index of the first entry that does not come before one. */
const placeOf = <T>(list: readonly T[], item: T, compare: Compare<T>): number => {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const there = list[middle]
    if (there !== undefined && compare(there, item) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** The union where much is added: sorting it all costs less than finding each entry's place. */
const sortedUnion = <T>(entries: T[], compare: Compare<T>, join: (a: T, b: T) => T): readonly T[] => {
  const joined: T[] = []
  for (const item of entries.sort(compare)) {
    const last = joined.at(-1)
    if (last !== undefined && compare(last, item) === 0) joined[joined.length - 1] = join(last, item)
    else joined.push(item)
  }
  return joined
}
const few = 64

/**
 * The union of sorted lists, sorted. Entries that compare equal become one by `join`, which must be commutative,
 * associative and idempotent: then the union is so too. A list that the others add nothing to is answered itself, so
 * that who compares by identity sees that nothing has changed; `join` has to answer its first argument then.
 */
export const joinSorted = <T>(
  lists: readonly (readonly T[])[],
  compare: Compare<T>,
  join: (a: T, b: T) => T,
): readonly T[] => {
  const [first = lists[0] ?? [], ...others] = lists.filter((list) => list.length > 0)
  if (others.length === 0) return first
  const [only = [], ...more] = others
  const added = only.concat(...more)
  if (added.length > few) return sortedUnion([...first, ...added], compare, join)
  let own: T[] | undefined
  for (const item of added) {
    const list: readonly T[] = own ?? first
    const place = placeOf(list, item, compare)
    const there = list[place]
    const isThere = there !== undefined && compare(there, item) === 0
    const joined = isThere ? join(there, item) : item
    if (joined === there) continue
    own ??= [...first]
    own.splice(place, isThere ? 1 : 0, joined)
  }
  return own ?? first
}

/** Index of the first event after an instant; they are sorted, oldest first. */
export const indexAfter = (events: readonly { readonly at: number }[], instant: number): number => {
  let [low, high] = [0, events.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((events[middle]?.at ?? instant) <= instant) low = middle + 1
    else high = middle
  }
  return low
}
