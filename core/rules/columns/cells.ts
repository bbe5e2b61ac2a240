import type { Value } from '../frame.ts'
import type { Scan } from './scan.ts'

/** A question to each row of a column. */
export interface Question {
  readonly passes: (value: Value) => boolean
  /** Among numbers the answer changes only here and right after. */
  readonly edges: readonly number[]
}

/** One value a row, each as a number. */
export interface Cells {
  /** What stands for a value; held until it is released. */
  readonly hold: (value: Value) => number
  readonly release: (cell: number) => void
  readonly get: (row: number) => number
  readonly set: (row: number, cell: number) => void
  readonly scan: (question: Question) => Scan
  readonly bytes: () => number
}
