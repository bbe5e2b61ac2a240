import { createHash } from 'node:crypto'
import type { ImportSettings } from '../profile/settings.ts'
import { type DeclaredTypes, type ImportLine, type Line, type Lines, textOf } from './import-line.ts'
import { compileImport, type MakeMessage } from './import-message.ts'
import { readRows } from './import-rows.ts'

export interface ImportInput {
  /** A CSV or NDJSON file, as `readRows` takes it. */
  readonly path: string
  readonly settings: ImportSettings
  /** What profile.yaml declares of the event's properties, or of the traits. */
  readonly types?: DeclaredTypes
}

/** What one passage over the file tells before the first message is made. */
interface Survey {
  /** Of the file's content: the same file always gives the same message ids. */
  readonly fingerprint: string
  /** Group -> the line of its last row: there the event is complete. */
  readonly lastLines: ReadonlyMap<string, number>
  /** Those that any row has. */
  readonly columns: ReadonlySet<string>
}

const survey = async (path: string, groupBy: string | undefined): Promise<Survey> => {
  const hash = createHash('sha256')
  const lastLines = new Map<string, number>()
  const columns = new Set<string>()
  for await (const read of readRows(path, (bytes) => void hash.update(bytes))) {
    if ('refused' in read) continue
    for (const column of Object.keys(read.row)) columns.add(column)
    if (groupBy !== undefined) lastLines.set(textOf(read.row, groupBy), read.line)
  }
  return { fingerprint: hash.digest('hex').slice(0, 16), lastLines, columns }
}

const requireColumns = (path: string, needed: readonly string[], present: ReadonlySet<string>): void => {
  const missing = needed.filter((column) => !present.has(column))
  if (missing.length === 0 || present.size === 0) return
  throw new Error(
    `reading ${path}: no row has ${missing.join(', ')}; there are ${[...present].join(', ')}. Change the import in profile.yaml, or the file`,
  )
}

async function* single(path: string, { fingerprint }: Survey, make: MakeMessage): AsyncGenerator<ImportLine> {
  for await (const read of readRows(path)) yield 'refused' in read ? read : make(`${fingerprint}:${read.line}`, [read])
}

/** Gathers the rows of each group; gives a group out at its last row. */
const gathering = (lastLines: ReadonlyMap<string, number>) => {
  const open = new Map<string, [Line, ...Line[]]>()
  return (group: string, line: Line): Lines | null => {
    const lines = open.get(group)
    if (lines === undefined) open.set(group, [line])
    else lines.push(line)
    if (lastLines.get(group) !== line.line) return null
    open.delete(group)
    return lines ?? [line]
  }
}

async function* grouped(
  path: string,
  { fingerprint, lastLines }: Survey,
  make: MakeMessage,
  groupBy: string,
): AsyncGenerator<ImportLine> {
  const gather = gathering(lastLines)
  for await (const read of readRows(path)) {
    if ('refused' in read) {
      yield read
      continue
    }
    const group = textOf(read.row, groupBy)
    if (group === '') {
      yield { line: read.line, refused: `${groupBy}: found nothing; it says which event the row is of` }
      continue
    }
    const lines = gather(group, read)
    if (lines !== null) yield make(`${fingerprint}:${group}`, lines)
  }
}

/** A file that was looked through, ready to be read. */
export interface ImportFile {
  /** Of its content. */
  readonly fingerprint: string
  /** From the beginning; each time the same, in the same order. */
  readonly messages: () => AsyncGenerator<ImportLine>
}

/**
 * Reads a file as an import of profile.yaml says, a message at a time. The file is passed over twice: first for its
 * fingerprint and for where each group ends, so that only groups still open are held, however rows are scattered. A
 * row, or a group with a row, that cannot be read is refused with its line, and the rest goes on. Message ids are made of
 * the file's content: importing it again states nothing new, though rows in it be equal. Throws where the file as a
 * whole does not fit.
 */
export const openImport = async ({ path, settings, types = {} }: ImportInput): Promise<ImportFile> => {
  const { columns, make } = compileImport(settings, types)
  const { groupBy } = settings
  const surveyed = await survey(path, groupBy)
  requireColumns(path, columns, surveyed.columns)
  return {
    fingerprint: surveyed.fingerprint,
    messages: () => (groupBy === undefined ? single(path, surveyed, make) : grouped(path, surveyed, make, groupBy)),
  }
}
