interface Growable {
  readonly length: number
  set(from: ArrayLike<number>): void
}

/** The array, if it has `least` places, else a copy of twice its length or more. */
export const grown = <A extends Growable>(
  array: A & ArrayLike<number>,
  least: number,
  make: (length: number) => A,
): A => {
  if (array.length >= least) return array
  const longer = make(Math.max(least, array.length * 2, 64))
  longer.set(array)
  return longer
}
