import { grown } from './array.ts'
import type { Cells } from './cells.ts'
import { createDictionary } from './dictionary.ts'
import type { Scan } from './scan.ts'

/** One byte holds the codes below. */
const codesOfByte = 256
const byteArray = (length: number): Uint8Array | Int32Array => new Uint8Array(length)
const wordArray = (length: number): Uint8Array | Int32Array => new Int32Array(length)

/**
 * Four rows at once, as that is twice as fast; and a loop of its own for each kind of array, as one that meets both is
 * half as fast.
 */
const lookedUp = {
  bytes:
    (codes: Uint8Array, verdicts: Uint8Array): Scan =>
    (from, to, { words }) => {
      for (let row = from, word = 0; row < to; row += 4, word++)
        words[word] =
          (verdicts[codes[row] ?? 0] ?? 0) |
          ((verdicts[codes[row + 1] ?? 0] ?? 0) << 8) |
          ((verdicts[codes[row + 2] ?? 0] ?? 0) << 16) |
          ((verdicts[codes[row + 3] ?? 0] ?? 0) << 24)
    },
  words:
    (codes: Int32Array, verdicts: Uint8Array): Scan =>
    (from, to, { words }) => {
      for (let row = from, word = 0; row < to; row += 4, word++)
        words[word] =
          (verdicts[codes[row] ?? 0] ?? 0) |
          ((verdicts[codes[row + 1] ?? 0] ?? 0) << 8) |
          ((verdicts[codes[row + 2] ?? 0] ?? 0) << 16) |
          ((verdicts[codes[row + 3] ?? 0] ?? 0) << 24)
    },
} as const
const scanOf = (codes: Uint8Array | Int32Array, verdicts: Uint8Array): Scan =>
  codes instanceof Uint8Array ? lookedUp.bytes(codes, verdicts) : lookedUp.words(codes, verdicts)

/** Texts, flags and whatever else comes in few distinct values: codes of a dictionary, a byte each while that is enough. */
export const createCodeCells = (): Cells => {
  const dictionary = createDictionary()
  let make = byteArray
  let codes = make(0)
  const widen = (): void => {
    make = wordArray
    codes = Int32Array.from(codes)
  }
  return {
    hold: dictionary.hold,
    release: dictionary.release,
    get: (row) => codes[row] ?? 0,
    set: (row, cell) => {
      if (cell >= codesOfByte && make === byteArray) widen()
      codes = grown(codes, row + 1, make)
      codes[row] = cell
    },
    scan: ({ passes }) => scanOf(codes, dictionary.verdicts(passes)),
    bytes: () => codes.byteLength + dictionary.bytes(),
  }
}
