import { grown } from './array.ts'

/** A dense number for each customer; the number of one who is gone is given out again. */
export interface Rows {
  readonly of: (id: string) => number
  /** The row that the customer had; undefined: none. */
  readonly remove: (id: string) => number | undefined
  readonly id: (row: number) => string | undefined
  /** 1 for each row that somebody has; all rows are within it. */
  readonly taken: () => Uint8Array
  readonly size: () => number
}

export const createRows = (): Rows => {
  const rows = new Map<string, number>()
  const ids: (string | undefined)[] = []
  const free: number[] = []
  let taken = new Uint8Array(0)

  const place = (id: string): number => {
    const row = free.pop() ?? ids.length
    taken = grown(taken, row + 1, (length) => new Uint8Array(length))
    taken[row] = 1
    ids[row] = id
    rows.set(id, row)
    return row
  }
  return {
    of: (id) => rows.get(id) ?? place(id),
    remove: (id) => {
      const row = rows.get(id)
      if (row === undefined) return undefined
      rows.delete(id)
      ids[row] = undefined
      taken[row] = 0
      free.push(row)
      return row
    },
    id: (row) => ids[row],
    taken: () => taken.subarray(0, ids.length),
    size: () => rows.size,
  }
}
