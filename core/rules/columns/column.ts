import type { Value } from '../frame.ts'
import type { Cells, Question } from './cells.ts'
import type { Scan } from './scan.ts'
import { createSteps } from './steps.ts'

/** What a row will hold from an instant on, if nothing else happens. */
export interface Change {
  readonly at: number
  readonly value: Value
}

/** One thing that conditions ask about everybody: for each row its value now, and what becomes of it by itself. */
export interface Column {
  readonly put: (row: number, value: Value, later: readonly Change[]) => void
  readonly clear: (row: number) => void
  /** Brings every row to an instant, no earlier than the one before. */
  readonly advance: (at: number) => void
  /** Answers until the next put, clear or advance. */
  readonly scan: (question: Question) => Scan
  /** Of the typed arrays. */
  readonly bytes: () => number
}

/** A column of single values. */
export const createColumn = (cells: Cells): Column => {
  const steps = createSteps()
  const become = (row: number, cell: number): void => {
    cells.release(cells.get(row))
    cells.set(row, cell)
  }
  const expect = (row: number, pairs: readonly number[]): void => {
    for (const cell of steps.cells(row)) cells.release(cell)
    steps.put(row, pairs)
  }
  const put = (row: number, value: Value, later: readonly Change[]): void => {
    become(row, cells.hold(value))
    expect(
      row,
      later.flatMap((change) => [change.at, cells.hold(change.value)]),
    )
  }
  return {
    put,
    clear: (row) => put(row, null, []),
    advance: (at) => steps.advance(at, become),
    scan: cells.scan,
    bytes: () => cells.bytes() + steps.bytes(),
  }
}
