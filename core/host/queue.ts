/** What waits, by urgency and then in the order it came. */
export interface Queue<T> {
  readonly add: (item: T, priority: number) => void
  /** Takes out the first item that may go. `isShut`, asked after each item that may not: nobody further may go either. */
  readonly take: (mayGo: (item: T) => boolean, isShut: () => boolean) => T | null
  readonly size: () => number
  /** Takes out all. */
  readonly clear: () => readonly T[]
}

/** 0 goes first, 9 last. */
export const createQueue = <T>(): Queue<T> => {
  const rows: T[][] = Array.from({ length: 10 }, () => [])
  return {
    add: (item, priority) => void rows[Math.min(9, Math.max(0, Math.trunc(priority)))]?.push(item),
    take(mayGo, isShut) {
      for (const row of rows)
        for (const [place, item] of row.entries()) {
          if (mayGo(item)) {
            row.splice(place, 1)
            return item
          }
          if (isShut()) return null
        }
      return null
    },
    size: () => rows.reduce((size, row) => size + row.length, 0),
    clear: () => rows.flatMap((row) => row.splice(0)),
  }
}
