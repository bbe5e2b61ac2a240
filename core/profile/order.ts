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

export const sortedByKey = <T>(map: ReadonlyMap<string, T>): Map<string, T> =>
  new Map([...map].sort(([a], [b]) => compareText(a, b)))

/**
 * The union of sorted lists, sorted. Entries that compare equal become one by `join`, which must be commutative,
 * associative and idempotent: then the union is so too.
 */
export const joinSorted = <T>(
  lists: readonly (readonly T[])[],
  compare: Compare<T>,
  join: (a: T, b: T) => T,
): readonly T[] => {
  const filled = lists.filter((list) => list.length > 0)
  const [only] = filled
  if (only !== undefined && filled.length === 1) return only
  const joined: T[] = []
  for (const item of filled.flat().sort(compare)) {
    const last = joined.at(-1)
    if (last !== undefined && compare(last, item) === 0) joined[joined.length - 1] = join(last, item)
    else joined.push(item)
  }
  return joined
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
