type Predicate<Given extends readonly unknown[]> = (...given: Given) => boolean

/** Whether all hold. Stops at the first that does not. */
export const allOf = <Given extends readonly unknown[]>(tests: readonly Predicate<Given>[]): Predicate<Given> => {
  const [only] = tests
  if (only !== undefined && tests.length === 1) return only
  return (...given) => {
    for (const test of tests) if (!test(...given)) return false
    return true
  }
}
/** Whether one holds. Stops at the first that does. */
export const anyOf = <Given extends readonly unknown[]>(tests: readonly Predicate<Given>[]): Predicate<Given> => {
  const [only] = tests
  if (only !== undefined && tests.length === 1) return only
  return (...given) => {
    for (const test of tests) if (test(...given)) return true
    return false
  }
}
export const not =
  <Given extends readonly unknown[]>(test: Predicate<Given>): Predicate<Given> =>
  (...given) =>
    !test(...given)
