import { parse } from 'csv-parse/sync'
import { z } from 'zod'

/** A table: its columns in their order, and its rows by column. */
export const rows = z.object({
  columns: z.array(z.string()),
  rows: z.array(z.record(z.string(), z.unknown())),
})
export type Rows = z.output<typeof rows>

const isCsv = (file: string): boolean => file.endsWith('.csv')
const cellOf = (value: unknown): string => {
  const text =
    value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text
}

const fromCsv = (text: string): Rows => {
  const [columns = [], ...cells] = z
    .array(z.array(z.string()))
    .parse(parse(text, { bom: true, skip_empty_lines: true, relax_column_count: true }))
  return { columns, rows: cells.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at] ?? '']))) }
}
const fromNdjson = (text: string): Rows => {
  const read = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => z.record(z.string(), z.unknown()).parse(JSON.parse(line)))
  return { columns: [...new Set(read.flatMap(Object.keys))], rows: read }
}

/** What a file holds; CSV by RFC 4180 (every cell is a text), else a JSON object a line. Throws where it is neither. */
export const contentOf = (file: string, text: string): Rows => (isCsv(file) ? fromCsv(text) : fromNdjson(text))

/** A file that holds these rows. */
export const textFrom = (file: string, { columns, rows: all }: Rows): string => {
  if (!isCsv(file)) return all.map((row) => `${JSON.stringify(row)}\n`).join('')
  const lines = [columns.map(cellOf), ...all.map((row) => columns.map((name) => cellOf(row[name])))]
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('')
}
