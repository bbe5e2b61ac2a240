/** So many rows are looked at together: what a condition works on stays in the processor's cache. */
export const blockRows = 16_384

/** For each row of a block 1 or 0; the same memory as bytes and, to combine four at a time, as words. */
export interface Mask {
  readonly bytes: Uint8Array
  readonly words: Int32Array
}
export const createMask = (): Mask => {
  const buffer = new ArrayBuffer(blockRows)
  return { bytes: new Uint8Array(buffer), words: new Int32Array(buffer) }
}

/** Writes for each of the rows [from, to), at most a block, whether it passes. */
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

/** Hands each block of `rows` to `see`, with what the scan wrote. */
export const eachBlock = (
  scan: Scan,
  rows: number,
  see: (from: number, to: number, found: Uint8Array) => void,
): void => {
  const out = createMask()
  for (let from = 0; from < rows; from += blockRows) {
    const to = Math.min(rows, from + blockRows)
    scan(from, to, out)
    see(from, to, out.bytes)
  }
}
