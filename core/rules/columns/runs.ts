import { grown } from './array.ts'

type Numbers = Int32Array | Float64Array

/** For each row a run of numbers, all of them one after the other in one flat array. */
export interface Runs {
  readonly put: (row: number, numbers: readonly number[]) => void
  /** Takes so many numbers off the front of a row's run. */
  readonly drop: (row: number, count: number) => void
  /** The arrays themselves, until something is put. A row beyond them has no run. */
  readonly starts: () => Int32Array
  readonly lengths: () => Int32Array
  readonly flat: () => Numbers
  readonly bytes: () => number
}

export const createRuns = (make: (length: number) => Numbers): Runs => {
  let starts = new Int32Array(0)
  let lengths = new Int32Array(0)
  let flat = make(0)
  let end = 0
  let used = 0

  /** Closes the gaps that runs left behind which were moved or dropped. */
  const compact = (): void => {
    const packed = make(Math.max(used * 2, 64))
    let at = 0
    for (let row = 0; row < starts.length; row++) {
      const [start, length] = [starts[row] ?? 0, lengths[row] ?? 0]
      packed.set(flat.subarray(start, start + length), at)
      starts[row] = at
      at += length
    }
    flat = packed
    end = at
  }
  const reserve = (row: number): void => {
    starts = grown(starts, row + 1, (length) => new Int32Array(length))
    lengths = grown(lengths, row + 1, (length) => new Int32Array(length))
  }
  const placeFor = (length: number): number => {
    if (end > 1024 && end > used * 2) compact()
    flat = grown(flat, end + length, make)
    const start = end
    end += length
    return start
  }
  const drop = (row: number, count: number): void => {
    const [start, length] = [starts[row] ?? 0, lengths[row] ?? 0]
    const dropped = Math.min(count, length)
    if (dropped === 0) return
    flat.fill(0, start, start + dropped)
    starts[row] = start + dropped
    lengths[row] = length - dropped
    used -= dropped
  }
  return {
    put: (row, numbers) => {
      drop(row, lengths[row] ?? 0)
      if (numbers.length === 0) return
      reserve(row)
      const start = placeFor(numbers.length)
      flat.set(numbers, start)
      starts[row] = start
      lengths[row] = numbers.length
      used += numbers.length
    },
    drop,
    starts: () => starts,
    lengths: () => lengths,
    flat: () => flat,
    bytes: () => starts.byteLength + lengths.byteLength + flat.byteLength,
  }
}
