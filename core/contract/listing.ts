const between = ';'

/** Several names in one text, as a person would write them in a cell: `Headphone fans; Lapsed customers`. */
export const namesIn = (text: string): readonly string[] =>
  text
    .split(between)
    .map((name) => name.trim())
    .filter(Boolean)
export const listing = (names: readonly string[]): string => names.join(`${between} `)
/** A name that such a text cannot hold. */
export const isUnlistable = (name: string): boolean => name.includes(between) || name !== name.trim()
