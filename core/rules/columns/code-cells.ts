import { grown } from './array.ts'
import type { Cells } from './cells.ts'
import { createDictionary } from './dictionary.ts'
import type { Scan } from './scan.ts'

/** One byte holds the codes below. */
const codesOfByte = 256
const byteArray = (length: number): Uint8Array | Int32Array => new Uint8Array(length)
const wordArray = (length: number): Uint8Array | Int32Array => new Int32Array(length)

/** A loop of its own for each kind of array: one that meets both runs at half the speed. */
const lookedUp = {
  bytes:
    (codes: Uint8Array, verdicts: Uint8Array): Scan =>
    (from, to, { bytes }) => {
      for (let row = from; row < to; row++) bytes[row - from] = verdicts[codes[row] ?? 0] ?? 0
    },
  words:
    (codes: Int32Array, verdicts: Uint8Array): Scan =>
    (from, to, { bytes }) => {
      for (let row = from; row < to; row++) bytes[row - from] = verdicts[codes[row] ?? 0] ?? 0
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
