/**
 * A pure function of a value that is never changed, remembered with the value for as long as that lives. The other
 * arguments are compared by identity: under others it is computed anew, and only the latest answer is kept.
 */
export const remembered = <Key extends object, Rest extends readonly unknown[], Value>(
  compute: (key: Key, ...rest: Rest) => Value,
): ((key: Key, ...rest: Rest) => Value) => {
  const answers = new WeakMap<Key, { readonly rest: Rest; readonly value: Value }>()
  return (key, ...rest) => {
    const known = answers.get(key)
    if (known !== undefined && rest.every((argument, place) => argument === known.rest[place])) return known.value
    const value = compute(key, ...rest)
    answers.set(key, { rest, value })
    return value
  }
}
