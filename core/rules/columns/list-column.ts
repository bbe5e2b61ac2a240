import type { Value } from '../frame.ts'
import type { Column } from './column.ts'
import { createDictionary } from './dictionary.ts'
import { createRuns, type Runs } from './runs.ts'
import type { Scan } from './scan.ts'

const scanOf =
  (runs: Runs, verdicts: Uint8Array, absent: boolean): Scan =>
  (from, to, { bytes }) => {
    const [starts, lengths, flat] = [runs.starts(), runs.lengths(), runs.flat()]
    for (let row = from; row < to; row++) {
      const start = starts[row] ?? 0
      const end = start + (lengths[row] ?? 0)
      let holds = start === end && absent ? 1 : 0
      for (let place = start; place < end; place++) holds |= verdicts[flat[place] ?? 0] ?? 0
      bytes[row - from] = holds
    }
  }

/**
 * Lists that a source states, as runs of codes of their elements. A list passes when one element does: that is asked of
 * each distinct element alone, as a list of one. They never change by themselves.
 */
export const createListColumn = (): Column => {
  const dictionary = createDictionary()
  const runs = createRuns((length) => new Int32Array(length))
  const release = (row: number): void => {
    const start = runs.starts()[row] ?? 0
    for (const code of runs.flat().subarray(start, start + (runs.lengths()[row] ?? 0))) dictionary.release(code)
  }
  const put = (row: number, elements: readonly Value[]): void => {
    const codes = elements.map(dictionary.hold)
    release(row)
    runs.put(row, codes)
  }
  return {
    put: (row, value) => put(row, Array.isArray(value) ? value : []),
    clear: (row) => put(row, []),
    advance: () => {},
    scan: ({ passes }) => {
      const verdicts = dictionary.verdicts((element) => element !== null && passes([element]))
      return scanOf(runs, verdicts, passes(null))
    },
    bytes: () => runs.bytes() + dictionary.bytes(),
  }
}
