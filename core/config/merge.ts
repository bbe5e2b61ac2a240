import { describe, type Problem } from './problem.ts'
import { emptyMap, type Place, type Tree } from './tree.ts'

/** Several files as one value, and the keys that more than one of them states. */
export interface Merged {
  readonly tree: Tree
  readonly problems: readonly Problem[]
}

const twice = (first: Tree, second: Tree): Problem => ({
  ...second.at,
  message: `is stated twice, first at ${first.at.file}:${first.at.line}:${first.at.column}: keep one`,
})

/** Two levels: the file's sections, and the entries of each, which are one file's whole. Lists are joined. */
const mergeTwo = (first: Tree, second: Tree, levels: number): Merged => {
  if (levels === 0) return { tree: first, problems: [twice(first, second)] }
  if (first.kind === 'list' && second.kind === 'list')
    return { tree: { ...first, items: [...first.items, ...second.items] }, problems: [] }
  if (first.kind !== 'map' || second.kind !== 'map') return { tree: first, problems: [twice(first, second)] }

  const entries = new Map(first.entries)
  const problems: Problem[] = []
  for (const [key, entry] of second.entries) {
    const present = entries.get(key)
    const merged = present ? mergeTwo(present, entry, levels - 1) : { tree: entry, problems: [] }
    entries.set(key, merged.tree)
    problems.push(...merged.problems)
  }
  return { tree: { ...first, entries }, problems }
}

const addFile = (merged: Merged, file: Tree): Merged => {
  if (file.kind !== 'map') {
    const message = `found ${describe(file, { hidden: true })}, allowed a map`
    return { ...merged, problems: [...merged.problems, { ...file.at, message }] }
  }
  const { tree, problems } = mergeTwo(merged.tree, file, 2)
  return { tree, problems: [...merged.problems, ...problems] }
}

/** Merges files in their order: maps by key, lists one after the other. The same key twice is a problem that names both places. */
export const mergeFiles = (at: Place, files: readonly Tree[]): Merged =>
  files.reduce<Merged>(addFile, { tree: emptyMap(at), problems: [] })
