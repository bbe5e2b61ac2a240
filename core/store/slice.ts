import type { Slice } from './port.ts'

/** A page of rows that were asked for with one more than the limit: whether there is more shows in that one. */
export const sliceOf = <Row, Item>(
  rows: readonly Row[],
  limit: number,
  item: (row: Row) => Item,
  cursor: (row: Row) => string | number,
): Slice<Item> => {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown.map(item), next: rows.length > limit && last !== undefined ? String(cursor(last)) : null }
}

/** A cursor that is a sequence number; anything else starts from the beginning. */
export const seqOf = (cursor: string | null, start: number): number => {
  const seq = cursor === null ? Number.NaN : Number(cursor)
  return Number.isSafeInteger(seq) ? seq : start
}
