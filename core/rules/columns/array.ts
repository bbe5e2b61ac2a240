interface Growable {
  readonly length: number
  set(from: ArrayLike<number>): void
}

/** Lengths are whole multiples: loops may read some places beyond the last row. */
const multiple = 64

/** The array, if it has `least` places, else a copy of twice its length or more. */
export const grown = <A extends Growable>(
  array: A & ArrayLike<number>,
  least: number,
  make: (length: number) => A,
): A => {
  if (array.length >= least) return array
  const longer = make(Math.max(Math.ceil(least / multiple) * multiple, array.length * 2))
  longer.set(array)
  return longer
}
