/** `tiny` shows in seconds that a bench runs; its figures mean nothing. */
export const isTiny = process.env.LEITSTERN_BENCH_SIZE === 'tiny'

/** How much of something: as stated, or as little as shows that the bench works. */
export const sized = (full: number, tiny: number): number => (isTiny ? tiny : full)
