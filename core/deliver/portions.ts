import type { Change } from '../contract/change.ts'

/** In order, so many at a time. */
export const portions = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size))

const bytesOf = (change: Change): number => Buffer.byteLength(JSON.stringify(change))

/** Bodies that a tool takes at once, and what alone is too long for any. */
export interface Packed<T> {
  readonly bodies: readonly (readonly T[])[]
  readonly tooLong: readonly { readonly item: T; readonly bytes: number }[]
}

/** Packs changes in order, so that the JSON of those in one body is no longer than `most` bytes. */
export const pack = <T extends { readonly change: Change }>(items: readonly T[], most: number): Packed<T> => {
  const bodies: T[][] = []
  const tooLong: { item: T; bytes: number }[] = []
  let room = 0
  for (const item of items) {
    const bytes = bytesOf(item.change)
    // The brackets around all of them, and a comma after each.
    if (bytes + 2 > most) {
      tooLong.push({ item, bytes: bytes + 2 })
      continue
    }
    const last = bodies.at(-1)
    if (last !== undefined && bytes + 1 <= room) {
      last.push(item)
      room -= bytes + 1
    } else {
      bodies.push([item])
      room = most - 2 - bytes
    }
  }
  return { bodies, tooLong }
}
