import { never } from '../program.ts'
import { createRuns } from './runs.ts'

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
  /** No step comes before it. */
  let earliest = never

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
  return {
    put: (row, pairs) => {
      runs.put(row, pairs)
      earliest = Math.min(earliest, pairs[0] ?? never)
    },
    cells: (row) => {
      const start = runs.starts()[row] ?? 0
      const run = runs.flat().subarray(start, start + (runs.lengths()[row] ?? 0))
      return [...run].filter((_, index) => index % 2 === 1)
    },
    advance: (at, reached) => {
      if (at < earliest) return
      earliest = never
      const lengths = runs.lengths()
      for (let row = 0; row < lengths.length; row++)
        if (lengths[row] !== 0) earliest = Math.min(earliest, pass(row, at, reached))
    },
    bytes: runs.bytes,
  }
}
