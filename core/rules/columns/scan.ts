/** So many rows are looked at together: what a condition works on stays in the processor's cache. */
const blockRows = 16_384

/**
 * For each row of a block 1 or 0; the same memory as bytes and, to write and combine four rows at once, as words: the
 * first row in the lowest byte, as on every little-endian machine.
 */
export interface Mask {
  readonly bytes: Uint8Array
  readonly words: Int32Array
}
const createMask = (): Mask => {
  const buffer = new ArrayBuffer(blockRows)
  return { bytes: new Uint8Array(buffer), words: new Int32Array(buffer) }
}

/** Writes for each of the rows [from, to), at most a block, whether it passes. What it writes of later rows is looked at by nobody. */
export type Scan = (from: number, to: number, out: Mask) => void

export const constant =
  (holds: boolean): Scan =>
  (_from, _to, out) => {
    out.bytes.fill(holds ? 1 : 0)
  }

const isEmpty = ({ words }: Mask): boolean => {
  for (let index = 0; index < words.length; index++) if (words[index] !== 0) return false
  return true
}
const intersect = ({ words }: Mask, other: Mask): void => {
  for (let index = 0; index < words.length; index++) words[index] = (words[index] ?? 0) & (other.words[index] ?? 0)
}
const unite = ({ words }: Mask, other: Mask): void => {
  for (let index = 0; index < words.length; index++) words[index] = (words[index] ?? 0) | (other.words[index] ?? 0)
}

export const allOf = ([first = constant(true), ...others]: readonly Scan[]): Scan => {
  const scratch = createMask()
  return (from, to, out) => {
    first(from, to, out)
    for (const scan of others) {
      if (isEmpty(out)) return
      scan(from, to, scratch)
      intersect(out, scratch)
    }
  }
}

export const anyOf = ([first = constant(false), ...others]: readonly Scan[]): Scan => {
  const scratch = createMask()
  return (from, to, out) => {
    first(from, to, out)
    for (const scan of others) {
      scan(from, to, scratch)
      unite(out, scratch)
    }
  }
}

export const not =
  (scan: Scan): Scan =>
  (from, to, out) => {
    scan(from, to, out)
    for (let index = 0; index < out.words.length; index++) out.words[index] = (out.words[index] ?? 0) ^ 0x01010101
  }

/** Looks at a block once, however many conditions name this one. */
export const once = (scan: Scan): Scan => {
  const kept = createMask()
  let block = -1
  return (from, to, out) => {
    if (block !== from) scan(from, to, kept)
    block = from
    out.words.set(kept.words)
  }
}

/** How many pass. A word adds up four rows at once; 255 words at most, for a byte holds no more. */
export const countOf = ({ words }: Mask): number => {
  let count = 0
  for (let start = 0; start < words.length; start += 255) {
    const end = Math.min(words.length, start + 255)
    let sums = 0
    for (let index = start; index < end; index++) sums = (sums + (words[index] ?? 0)) | 0
    count += (sums & 0xff) + ((sums >>> 8) & 0xff) + ((sums >>> 16) & 0xff) + (sums >>> 24)
  }
  return count
}

/** Hands each block of rows to `see`, with what the scan wrote of those rows that are `taken`. */
export const eachBlock = (scan: Scan, taken: Uint8Array, see: (found: Mask, from: number) => void): void => {
  const [out, present] = [createMask(), createMask()]
  for (let from = 0; from < taken.length; from += blockRows) {
    const to = Math.min(taken.length, from + blockRows)
    scan(from, to, out)
    present.bytes.fill(0, to - from)
    present.bytes.set(taken.subarray(from, to))
    intersect(out, present)
    see(out, from)
  }
}
