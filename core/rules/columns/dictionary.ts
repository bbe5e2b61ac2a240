import { canonicalJson } from '../../profile/json.ts'
import type { Value } from '../frame.ts'
import { grown } from './array.ts'

/**
 * Distinct values as small whole numbers. A test of a value runs once per distinct value, however many rows have it.
 * Code 0 is no value. What nobody holds any more is forgotten, and its code is given out again.
 */
export interface Dictionary {
  /** The code of a value; it is held once more. */
  readonly hold: (value: Value) => number
  readonly release: (code: number) => void
  /** For each code whether its value passes; a code that nobody holds passes nothing. */
  readonly verdicts: (passes: (value: Value) => boolean) => Uint8Array
  /** Of its array; the values themselves come on top. */
  readonly bytes: () => number
}

const isScalar = (value: Value): boolean => typeof value !== 'object'

export const createDictionary = (): Dictionary => {
  const values: Value[] = [null]
  let holders = new Int32Array(1)
  const free: number[] = []
  const scalars = new Map<Value, number>()
  /** Lists and objects by their JSON. */
  const others = new Map<string, number>()

  const known = (value: NonNullable<Value>) => (isScalar(value) ? scalars.get(value) : others.get(canonicalJson(value)))
  const note = (value: NonNullable<Value>, code: number): void => {
    if (isScalar(value)) scalars.set(value, code)
    else others.set(canonicalJson(value), code)
  }
  const forget = (value: NonNullable<Value>): void => {
    if (isScalar(value)) scalars.delete(value)
    else others.delete(canonicalJson(value))
  }
  const admit = (value: NonNullable<Value>): number => {
    const code = free.pop() ?? values.length
    values[code] = value
    holders = grown(holders, code + 1, (length) => new Int32Array(length))
    note(value, code)
    return code
  }
  return {
    hold: (value) => {
      if (value === null) return 0
      const code = known(value) ?? admit(value)
      holders[code] = (holders[code] ?? 0) + 1
      return code
    },
    release: (code) => {
      const value = values[code]
      if (code === 0 || value === null || value === undefined) return
      const left = (holders[code] ?? 0) - 1
      holders[code] = left
      if (left > 0) return
      forget(value)
      values[code] = null
      free.push(code)
    },
    verdicts: (passes) => {
      const passing = new Uint8Array(values.length)
      for (const [code, value] of values.entries())
        if ((code === 0 || value !== null) && passes(value)) passing[code] = 1
      return passing
    },
    bytes: () => holders.byteLength,
  }
}
