/** All that is left to chance in one run, and one number determines it. */
export interface Chance {
  /** In [0, 1). */
  readonly next: () => number
  /** A whole number, both ends included. */
  readonly int: (least: number, most: number) => number
  readonly often: (share: number) => boolean
  readonly pick: <T>(items: readonly T[]) => T
  readonly shuffled: <T>(items: readonly T[]) => T[]
}

/** Mulberry32, by T. Ettinger (public domain): 32 bits of state are plenty for one run. */
const mulberry32 = (seed: number) => {
  let state = seed >>> 0
  return (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export const chanceOf = (seed: number): Chance => {
  const next = mulberry32(Math.imul(seed + 1, 2_654_435_761))
  const int = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1))
  const pick = <T>(items: readonly T[]): T => {
    for (const found of items.slice(int(0, items.length - 1))) return found
    throw new Error('picking one: there is nothing to pick from')
  }
  const shuffled = <T>(items: readonly T[]): T[] => {
    const left = [...items]
    return items.flatMap(() => left.splice(int(0, left.length - 1), 1))
  }
  return { next, int, often: (share) => next() < share, pick, shuffled }
}
