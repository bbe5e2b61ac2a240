import { dirname, resolve } from 'node:path'
import { type Read, readText } from './files.ts'
import type { Problem } from './problem.ts'
import type { Place, Tree } from './tree.ts'

export type Env = Readonly<Record<string, string | undefined>>

/** How a setting names a secret that stands elsewhere. */
export const referenceForms = '"${ENV_NAME}" or "${file:path}"'
const reference = /^\$\{(?:file:(?<path>[^{}]+)|(?<name>[A-Za-z_]\w*))\}$/

/** Whether the whole text is a reference. */
export const isReference = (value: unknown): value is string => typeof value === 'string' && reference.test(value)

/** A tree whose references are replaced by what they stand for. */
export interface Resolved {
  /** The value of a reference that leads nowhere is undefined. */
  readonly tree: Tree
  readonly problems: readonly Problem[]
  /** The files that references name. */
  readonly files: readonly string[]
}

const lookUp = (text: string, from: string, env: Env): Read<string> & { readonly file?: string } => {
  const { path, name = '' } = reference.exec(text)?.groups ?? {}
  if (path !== undefined) {
    const file = resolve(dirname(from), path)
    const read = readText(file)
    return 'failed' in read ? { ...read, file } : { content: read.content.replace(/\r?\n$/, ''), file }
  }
  const value = env[name]
  return value === undefined ? { failed: `the environment variable ${name} is not set` } : { content: value }
}

/** Replaces every reference below `tree`; a file's path is relative to the config file that names it. */
export const resolveReferences = (tree: Tree, env: Env): Resolved => {
  const problems: Problem[] = []
  const files: string[] = []
  const find = (text: string, at: Place): string | undefined => {
    const looked = lookUp(text, at.file, env)
    if (looked.file !== undefined) files.push(looked.file)
    if ('content' in looked) return looked.content
    problems.push({ ...at, message: looked.failed })
  }
  const walk = (at: Tree): Tree => {
    if (at.kind === 'list') return { ...at, items: at.items.map(walk) }
    if (at.kind === 'map') return { ...at, entries: new Map([...at.entries].map(([key, entry]) => [key, walk(entry)])) }
    if (isReference(at.value)) return { ...at, value: find(at.value, at.at), reference: at.value }
    if (typeof at.value === 'string' && at.value.includes('${'))
      problems.push({ ...at.at, message: `a reference must be the whole value: ${referenceForms}` })
    return at
  }
  return { tree: walk(tree), problems, files }
}
