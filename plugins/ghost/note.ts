import { type FieldValue, fieldValue } from '../../core/contract/value.ts'

const [begin, end] = ['--- leitstern ---', '--- end of leitstern ---']
const block = new RegExp(`(?:^|\\n{1,2})${begin}\\n([\\s\\S]*?)\\n?${end}`)
const longest = 2000

type Values = Readonly<Record<string, FieldValue>>
/** A member's note: what people wrote, and the fields that the hub keeps below it. */
export interface Note {
  readonly text: string
  readonly values: Values
}

const valueIn = (json: string): FieldValue => {
  try {
    return fieldValue.safeParse(JSON.parse(json)).data ?? null
  } catch {
    return null
  }
}
const entryIn = (line: string): readonly (readonly [string, FieldValue])[] => {
  const [, name, json] = /^([\w.-]+): ([^\n]+)$/.exec(line) ?? []
  return name === undefined || json === undefined ? [] : [[name, valueIn(json)]]
}

/** A line of the block that somebody broke holds nothing; a block without its end is text, and is left alone. */
export const noteIn = (note: string | null): Note => {
  const found = block.exec(note ?? '')
  if (!found) return { text: note ?? '', values: {} }
  const values = Object.fromEntries((found[1] ?? '').split('\n').flatMap(entryIn))
  return { text: (note ?? '').replace(block, ''), values }
}

/** One line for a field, its value as JSON: no value can end the line or the block. An empty field has no line. */
export const noteOf = ({ text, values }: Note): string => {
  const lines = Object.entries(values).flatMap(([name, value]) =>
    value === null || value === '' ? [] : [`${name}: ${JSON.stringify(value)}`],
  )
  if (lines.length === 0) return text
  return `${text === '' ? '' : `${text}\n\n`}${[begin, ...lines, end].join('\n')}`
}

/** Whether Ghost has room for it (maxLength of `note` in its schema of members). */
export const fits = (note: string): boolean => [...note].length <= longest
