import { closest, distance } from 'fastest-levenshtein'
import { type Path, type Place, placeOf, type Tree } from './tree.ts'

/** What is wrong before it is known where in the files: a path into a tree. */
export interface Finding {
  readonly path: Path
  /** Complete without the other fields. */
  readonly message: string
  readonly found?: string | undefined
  readonly allowed?: string | undefined
  /** The known name that was probably meant. */
  readonly nearest?: string | undefined
}
/** What is wrong in a config file, and where. Never holds the value of a secret. */
export type Problem = Place & Omit<Finding, 'path'>

/** The finding at its place in the files. */
export const located = (tree: Tree, { path, ...finding }: Finding): Problem => ({ ...placeOf(tree, path), ...finding })

/** `config/hub.yaml:12:5 connectors.mail.phase: found "lve", allowed off, observe, shadow, pilot, live; nearest: live` */
export const formatProblem = ({ file, line, column, path, message, nearest }: Problem): string =>
  `${file}:${line}:${column} ${path === '' ? '' : `${path}: `}${message}${nearest ? `; nearest: ${nearest}` : ''}`

/** The known name that is near enough to have been meant: at most a third of its letters and one more are wrong. */
export const nearest = (name: string, known: Iterable<string>): string | undefined => {
  const names = [...known]
  if (names.length === 0) return undefined
  const candidate = closest(name, names)
  return distance(name, candidate) <= 1 + candidate.length / 3 ? candidate : undefined
}

const listed = 12
/** Names for a message, shortened where there are many. */
export const list = (names: Iterable<string>): string => {
  const all = [...names]
  if (all.length === 0) return 'none'
  return all.length > listed ? `${all.slice(0, listed).join(', ')} and ${all.length - listed} more` : all.join(', ')
}

const sorts: Readonly<Record<string, string>> = { string: 'a text', number: 'a number', boolean: 'a flag' }
const foundLength = 60
const clipped = (text: string): string => (text.length > foundLength ? `${text.slice(0, foundLength)}…` : text)
/** What stands there, for a message; `hidden`: only of what sort it is. */
export const describe = (tree: Tree, { hidden = false } = {}): string => {
  if (tree.kind === 'list') return 'a list'
  if (tree.kind === 'map') return `{ ${list(tree.entries.keys())} }`
  if (tree.reference !== undefined) return tree.reference
  if (tree.value === null) return 'nothing'
  return hidden ? (sorts[typeof tree.value] ?? 'a value') : clipped(JSON.stringify(tree.value))
}

/** Findings of a part, as findings of the whole that has it at `prefix`. */
export const below = (prefix: Path, findings: readonly Finding[]): Finding[] =>
  findings.map((finding) => ({ ...finding, path: [...prefix, ...finding.path] }))

/** The finding for a value that is not among the allowed ones. */
export const mismatch = (path: Path, found: string, allowed: string, near?: string): Finding => ({
  path,
  message: `found ${found}, allowed ${allowed}`,
  found,
  allowed,
  nearest: near,
})

/** The finding for a name that nothing has, or none. `known` null: the names could not be read, so nothing can be said. */
export const unknownName = (path: Path, what: string, name: string, known: Iterable<string> | null): Finding[] => {
  const names = known && new Set(known)
  if (names === null || names.has(name)) return []
  const [found, allowed] = [JSON.stringify(name), list(names)]
  const message = `there is no ${what} ${found}, allowed ${allowed}`
  return [{ path, message, found, allowed, nearest: nearest(name, names) }]
}
