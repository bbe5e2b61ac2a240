/** Sets of items that only ever grow together, each with a value of its own. */
export interface DisjointSets<V> {
  /** The value of the item's set. */
  readonly get: (item: string) => V
  readonly set: (item: string, value: V) => void
  readonly join: (a: string, b: string) => void
  readonly values: () => Iterable<V>
}

/** Union-find with path compression. `start` is the value of an item alone, `merge` that of two sets; it may change and return either. */
export const disjointSets = <V>(start: (item: string) => V, merge: (a: V, b: V) => V): DisjointSets<V> => {
  const parents = new Map<string, string>()
  const values = new Map<string, V>()

  const root = (item: string): string => {
    let top = item
    for (let up = parents.get(top); up !== undefined; up = parents.get(top)) top = up
    for (let at = item; at !== top; ) {
      const up = parents.get(at) ?? top
      parents.set(at, top)
      at = up
    }
    return top
  }
  const valueAt = (top: string): V => {
    const value = values.get(top) ?? start(top)
    values.set(top, value)
    return value
  }
  return {
    get: (item) => valueAt(root(item)),
    set: (item, value) => values.set(root(item), value),
    join: (a, b) => {
      const [from, into] = [root(a), root(b)]
      if (from === into) return
      values.set(into, merge(valueAt(into), valueAt(from)))
      values.delete(from)
      parents.set(from, into)
    },
    values: () => values.values(),
  }
}
