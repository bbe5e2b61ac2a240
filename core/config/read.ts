import { dirname, isAbsolute, join, normalize } from 'node:path'
import { listYaml, readText } from './files.ts'
import { mergeFiles } from './merge.ts'
import type { Problem } from './problem.ts'
import { emptyMap, itemsAt, type Path, type Place, placeOf, plain, type Tree } from './tree.ts'
import { parseYaml } from './yaml.ts'

/** What one or more files say. */
export interface Reading {
  /** null: a file could not be read, so that nobody knows all that is stated. */
  readonly whole: Tree | null
  /** What could be read. */
  readonly tree: Tree
  readonly problems: readonly Problem[]
  readonly files: readonly string[]
}

const from = (file: string, name: string): string => (isAbsolute(name) ? name : join(dirname(file), name))

/** The path of a file that is named at `path` in a tree: relative to the file that names it. */
export const fileAt = (tree: Tree, path: Path, name: string): string => from(placeOf(tree, path).file, name)

const start = (file: string): Place => ({ file, line: 1, column: 1, path: '' })

/** Reads one file that is named at a place. */
export const readFile = (file: string, at: Place): Reading => {
  const nothing = emptyMap(start(file))
  const read = readText(file)
  if ('failed' in read)
    return { whole: null, tree: nothing, problems: [{ ...at, message: read.failed }], files: [file] }
  const { tree, problems } = parseYaml(file, read.content)
  return { whole: tree, tree: tree ?? nothing, problems, files: [file] }
}

const joined = (at: Place, readings: readonly Reading[]): Reading => {
  const merged = mergeFiles(
    at,
    readings.flatMap(({ whole }) => whole ?? []),
  )
  return {
    whole: readings.some(({ whole }) => whole === null) ? null : merged.tree,
    tree: merged.tree,
    problems: [...readings.flatMap(({ problems }) => problems), ...merged.problems],
    files: readings.flatMap(({ files }) => files),
  }
}

/** Reads hub.yaml and all that it includes, and what those include; each file once. */
export const readHub = (file: string): Reading => {
  const readings: Reading[] = []
  const visit = (name: string, at: Place): void => {
    if (readings.some(({ files }) => files.includes(name))) return
    const reading = readFile(name, at)
    readings.push(reading)
    for (const item of itemsAt(reading.tree, 'include')) visit(from(name, String(plain(item))), item.at)
  }
  visit(normalize(file), start(file))
  return joined(start(file), readings)
}

/** Reads the YAML files of a folder that is named at a place, in the order of their names. */
export const readFolder = (folder: string, at: Place): Reading => {
  const names = listYaml(folder)
  if ('content' in names)
    return joined(
      start(folder),
      names.content.map((name) => readFile(name, at)),
    )
  return { whole: null, tree: emptyMap(start(folder)), problems: [{ ...at, message: names.failed }], files: [] }
}
