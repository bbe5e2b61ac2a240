import { createReadStream } from 'node:fs'
import { pipeline, Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip } from 'node:zlib'
import { type CsvError, parse } from 'csv-parse'
import { isObject, type JsonObject } from '../profile/json.ts'

/** A row by its columns, or why it could not be read. `line` is the line at which it ends, from 1 on. */
export type RowRead =
  | { readonly line: number; readonly row: JsonObject }
  | { readonly line: number; readonly refused: string }

/** Told of every piece of the unpacked file as it passes. */
type Tap = (bytes: Uint8Array) => void

const unpackers = { '.br': createBrotliDecompress, '.gz': createGunzip } as const
type Packed = keyof typeof unpackers
const packings: readonly Packed[] = ['.br', '.gz']

async function* bytesOf(path: string, packing: Packed | undefined, tap: Tap): AsyncGenerator<Buffer> {
  const file = createReadStream(path)
  const unpacked = packing === undefined ? file : pipeline(file, unpackers[packing](), () => undefined)
  for await (const bytes of unpacked) {
    tap(bytes)
    yield bytes
  }
}

/** The parser takes the last line for the one where the quote opened. */
const openQuote = 'a quote above is not closed: from where it opens nothing could be read'
const skipOf = (error: CsvError | undefined): RowRead => ({
  line: Number(error?.lines ?? 0),
  refused: error?.code === 'CSV_QUOTE_NOT_CLOSED' ? openQuote : (error?.message ?? 'the row could not be read'),
})

async function* csvRows(bytes: AsyncIterable<Buffer>): AsyncGenerator<RowRead> {
  const skipped: RowRead[] = []
  const parser = parse({
    bom: true,
    columns: true,
    info: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) => void skipped.push(skipOf(error)),
  })
  for await (const { record, info } of pipeline(Readable.from(bytes), parser, () => undefined)) {
    yield* skipped.splice(0)
    yield { line: info.lines, row: record }
  }
  yield* skipped
}

async function* linesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const piece of bytes) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  yield rest
}

const jsonRow = (text: string, line: number): RowRead => {
  try {
    const row: unknown = JSON.parse(text)
    return isObject(row) ? { line, row } : { line, refused: 'the line is no JSON object' }
  } catch {
    return { line, refused: 'the line is not JSON' }
  }
}
async function* ndjsonRows(bytes: AsyncIterable<Buffer>): AsyncGenerator<RowRead> {
  let line = 0
  for await (const text of linesOf(bytes)) {
    line += 1
    if (text.trim() !== '') yield jsonRow(text, line)
  }
}

const readers: Readonly<Record<string, (bytes: AsyncIterable<Buffer>) => AsyncGenerator<RowRead>>> = {
  '.csv': csvRows,
  '.ndjson': ndjsonRows,
  '.jsonl': ndjsonRows,
}

/**
 * The rows of a file, one after the other: CSV with a header line, or NDJSON, packed by Brotli or gzip or not at all;
 * the file's name says which. A row that cannot be read spoils only itself. Throws where the file as a whole cannot be read.
 */
export const readRows = (path: string, tap: Tap = () => undefined): AsyncGenerator<RowRead> => {
  const packing = packings.find((ending) => path.endsWith(ending))
  const name = packing === undefined ? path : path.slice(0, -packing.length)
  const ending = /\.[^./\\]+$/.exec(name)?.[0] ?? ''
  const reader = readers[ending]
  if (reader === undefined)
    throw new Error(
      `reading ${path}: found the ending "${ending}", allowed ${Object.keys(readers).join(', ')}, with ${packings.join(' or ')} after it or not`,
    )
  return reader(bytesOf(path, packing, tap))
}
