import { never } from '../program.ts'
import { createRuns } from './runs.ts'

/** So many rows are looked through when the first of them changes. */
const blockRows = 4_096

/**
 * What rows will hold later, all by themselves: for each row pairs of an instant and the cell from then on, in order.
 * Time only goes forward.
 */
export interface Steps {
  readonly put: (row: number, pairs: readonly number[]) => void
  /** The cells that are still to come for a row. */
  readonly cells: (row: number) => readonly number[]
  /** Tells each cell whose instant has come, in order. */
  readonly advance: (at: number, reached: (row: number, cell: number) => void) => void
  readonly bytes: () => number
}

export const createSteps = (): Steps => {
  const runs = createRuns((length) => new Float64Array(length))
  /** For each block of rows an instant before which none of them has a step. */
  const earliest: number[] = []

  const pass = (row: number, at: number, reached: (row: number, cell: number) => void): number => {
    for (;;) {
      const start = runs.starts()[row] ?? 0
      const next = runs.flat()[start] ?? never
      if (next > at) return next
      const cell = runs.flat()[start + 1] ?? 0
      runs.drop(row, 2)
      reached(row, cell)
      if ((runs.lengths()[row] ?? 0) === 0) return never
    }
  }
  const passBlock = (from: number, at: number, reached: (row: number, cell: number) => void): number => {
    const lengths = runs.lengths()
    const to = Math.min(lengths.length, from + blockRows)
    let first = never
    for (let row = from; row < to; row++) if (lengths[row] !== 0) first = Math.min(first, pass(row, at, reached))
    return first
  }
  return {
    put: (row, pairs) => {
      runs.put(row, pairs)
      const block = Math.floor(row / blockRows)
      while (earliest.length <= block) earliest.push(never)
      earliest[block] = Math.min(earliest[block] ?? never, pairs[0] ?? never)
    },
    cells: (row) => {
      const start = runs.starts()[row] ?? 0
      const run = runs.flat().subarray(start, start + (runs.lengths()[row] ?? 0))
      return [...run].filter((_, index) => index % 2 === 1)
    },
    advance: (at, reached) => {
      for (const [block, first] of earliest.entries())
        if (first <= at) earliest[block] = passBlock(block * blockRows, at, reached)
    },
    bytes: runs.bytes,
  }
}
