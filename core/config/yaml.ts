import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  type YAMLError,
} from 'yaml'
import type { Problem } from './problem.ts'
import { emptyMap, extend, type Place, type Tree } from './tree.ts'

/** A file's content, as far as it could be read. */
export interface Parsed {
  /** null: it is no YAML. */
  readonly tree: Tree | null
  readonly problems: readonly Problem[]
}

/** The library's words up to a colon: what follows may quote the file, and that may be a secret. */
const wordsOf = (error: YAMLError): string => `not YAML: ${error.message.split(':')[0]}`

const startOf = (node: unknown): number =>
  typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range) ? Number(node.range[0]) : 0

/** Turns the nodes of one document into a tree; what is wrong with them is added to `problems`. */
const reader = (document: Document, place: (node: unknown, path: string) => Place, problems: Problem[]) => {
  const refused = (at: Place, message: string): Tree => {
    problems.push({ ...at, message })
    return { at, kind: 'scalar', value: undefined }
  }
  const entriesOf = (pairs: readonly Pair[], at: Place, aliased: boolean): ReadonlyMap<string, Tree> => {
    const entries = new Map<string, Tree>()
    for (const { key, value } of pairs) {
      const name = isScalar(key) ? String(key.value) : '?'
      const keyAt = place(key, extend(at.path, name))
      const first = entries.get(name)
      if (!isScalar(key)) refused(keyAt, 'a key must be plain text')
      else if (first) refused(keyAt, `stands twice, first in line ${first.at.line}`)
      else entries.set(name, treeOf(value, keyAt, aliased))
    }
    return entries
  }
  const treeOf = (node: unknown, at: Place, aliased: boolean): Tree => {
    // Without aliases in aliases there is no cycle, and no few lines that stand for billions of values.
    if (isAlias(node) && aliased) return refused(at, 'an alias inside what another alias repeats: write it out')
    if (isAlias(node)) {
      const anchored = node.resolve(document)
      return anchored ? treeOf(anchored, at, true) : refused(at, 'an alias of an anchor that is not there')
    }
    if (isMap(node)) return { at, kind: 'map', entries: entriesOf(node.items, at, aliased) }
    if (!isSeq(node)) return { at, kind: 'scalar', value: isScalar(node) ? node.value : null }
    const items = node.items.map((item, index) => treeOf(item, place(item, extend(at.path, index)), aliased))
    return { at, kind: 'list', items }
  }
  return treeOf
}

/** Reads the text of a YAML 1.2 file into a tree. A key that stands twice is a problem at its second place; the first counts. */
export const parseYaml = (file: string, text: string): Parsed => {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false })
  const placeAt = (offset: number, path: string): Place => {
    const { line, col } = lines.linePos(offset)
    return { file, line, column: col, path }
  }
  const faults = [...document.errors, ...document.warnings]
  if (faults.length > 0)
    return { tree: null, problems: faults.map((fault) => ({ ...placeAt(fault.pos[0], ''), message: wordsOf(fault) })) }

  const problems: Problem[] = []
  const place = (node: unknown, path: string) => placeAt(startOf(node), path)
  const root = place(document.contents, '')
  const tree = reader(document, place, problems)(document.contents, root, false)
  return { tree: document.contents === null ? emptyMap(root) : tree, problems }
}
