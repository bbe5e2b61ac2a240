import { dirname, resolve } from 'node:path'
import { type Read, readText } from './files.ts'
import type { Problem } from './problem.ts'
import type { Tree } from './tree.ts'

export type Env = Readonly<Record<string, string | undefined>>

/** How a setting names a secret that stands elsewhere. */
export const referenceForms = '"${ENV_NAME}" or "${file:path}"'
const reference = /^\$\{(?:file:(?<path>[^{}]+)|(?<name>[A-Za-z_]\w*))\}$/

/** Whether the whole text is a reference. */
export const isReference = (value: unknown): value is string => typeof value === 'string' && reference.test(value)

/** A tree whose references are replaced by what they stand for. */
export interface Resolved {
  /** References that lead nowhere are left out, so that no place holder is taken for the value. */
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
  const textOf = (at: Tree & { kind: 'scalar' }, text: string): Tree[] => {
    if (!isReference(text)) {
      problems.push({ ...at.at, message: `a reference must be the whole value: ${referenceForms}` })
      return [at]
    }
    const looked = lookUp(text, at.at.file, env)
    if (looked.file !== undefined) files.push(looked.file)
    if ('content' in looked) return [{ ...at, value: looked.content, reference: text }]
    problems.push({ ...at.at, message: looked.failed })
    return []
  }
  const walk = (at: Tree): Tree[] => {
    if (at.kind === 'list') return [{ ...at, items: at.items.flatMap(walk) }]
    if (at.kind === 'map') {
      const entries = [...at.entries].flatMap(([key, entry]) => walk(entry).map((found) => [key, found] as const))
      return [{ ...at, entries: new Map(entries) }]
    }
    return typeof at.value === 'string' && at.value.includes('${') ? textOf(at, at.value) : [at]
  }
  const [resolved] = walk(tree)
  return { tree: resolved ?? tree, problems, files }
}
