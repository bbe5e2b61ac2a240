/** Draws that come out the same for the same seed: Mulberry32, numbers in [0, 1). */
export const chance = (seed: number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
export type Random = ReturnType<typeof chance>

export const between = (random: Random, from: number, to: number) => from + random() * (to - from)

/** A whole number, both ends included. */
export const whole = (random: Random, from: number, to: number) => Math.floor(between(random, from, to + 1))

export const pick = <T>(random: Random, list: readonly T[]): T => {
  const found = list[Math.floor(random() * list.length)]
  if (found === undefined) throw new Error('picking one of an empty list: give it at least one element')
  return found
}

/** Picks by weight. */
export const draw = <T extends { readonly share: number }>(random: Random, list: readonly T[]): T => {
  const tickets = list.flatMap((one) => Array<T>(one.share).fill(one))
  return pick(random, tickets)
}
