import Big from 'big.js'
import { type JsonObject, own } from '../profile/json.ts'

/** A row of a file by its columns, and the line at which it ends. */
export interface Line {
  readonly line: number
  readonly row: JsonObject
}
/** The rows of one event, in the order of the file. The first says who and when. */
export type Lines = readonly [Line, ...Line[]]
/** A message that a file states, in Segment's form, or why a line of it was not taken. */
export type ImportLine =
  | { readonly line: number; readonly message: JsonObject }
  | { readonly line: number; readonly refused: string }

/** A line that cannot be read as the import says. */
export class BadLine extends Error {
  override readonly name = 'BadLine'
  readonly line: number
  constructor(line: number, reason: string) {
    super(reason)
    this.line = line
  }
}

/** What stands in a column; empty where nothing does. */
export const textOf = (row: JsonObject, column: string): string => {
  const value = own(row, column)
  return value === undefined || value === null ? '' : String(value).trim()
}

export const decimalOf = (text: string, what: string, line: number): Big => {
  try {
    return new Big(text)
  } catch {
    throw new BadLine(line, `${what}: found "${text}", allowed is a number such as 12.50`)
  }
}

/** A text as profile.yaml declares what it becomes; undeclared it stays text, for nothing is guessed. */
export const typedText = (text: string, type: string | undefined, what: string, line: number): unknown => {
  if (type === 'number') return decimalOf(text, what, line).toNumber()
  if (type !== 'boolean') return text
  if (text !== 'true' && text !== 'false')
    throw new BadLine(line, `${what}: found "${text}", allowed are true and false`)
  return text === 'true'
}

/** Property or trait -> its declared type. */
export type DeclaredTypes = Readonly<Record<string, string>>
