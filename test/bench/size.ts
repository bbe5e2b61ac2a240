/** `tiny` shows in seconds that a bench runs; its figures mean nothing. */
export const isTiny = process.env.LEITSTERN_BENCH_SIZE === 'tiny'

/** How much of something: as stated, or as little as shows that the bench works. */
export const sized = (full: number, tiny: number): number => (isTiny ? tiny : full)

/** How many customers: LEITSTERN_BENCH_PEOPLE asks for fewer, or more. */
export const peopleAsked = (full: number, tiny: number): number =>
  isTiny ? tiny : Number(process.env.LEITSTERN_BENCH_PEOPLE ?? full)
