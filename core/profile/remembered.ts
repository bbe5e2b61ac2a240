/**
 * A pure function of a list that is never changed, remembered with the list for as long as that lives. The other
 * arguments are compared by identity: under others it is computed anew, and only the latest answer is kept.
 */
export const remembered = <List extends object, Rest extends readonly unknown[], Value>(
  compute: (list: List, ...rest: Rest) => Value,
): ((list: List, ...rest: Rest) => Value) => {
  const answers = new WeakMap<List, { readonly rest: Rest; readonly value: Value }>()
  return (list, ...rest) => {
    const known = answers.get(list)
    if (known !== undefined && rest.every((argument, place) => argument === known.rest[place])) return known.value
    const value = compute(list, ...rest)
    answers.set(list, { rest, value })
    return value
  }
}
