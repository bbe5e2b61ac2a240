/** What was made of a text lately; `most` at once, and as many again that were not asked for since. */
export const createMemory = <Value>(most: number): ((key: string, make: () => Value) => Value) => {
  let young = new Map<string, Value>()
  let old = new Map<string, Value>()
  return (key, make) => {
    const known = young.get(key)
    if (known !== undefined) return known
    const value = old.get(key) ?? make()
    if (young.size >= most) [old, young] = [young, new Map()]
    young.set(key, value)
    return value
  }
}
