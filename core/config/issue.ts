import { z } from 'zod'
import { describe, type Finding, list, mismatch, nearest } from './problem.ts'
import { keysOf, optionsOf, schemasAt, wordsOf, wordsOfAny } from './shape.ts'
import { find, type Path, plain, type Tree } from './tree.ts'
import { wording } from './wording.ts'

type Schema = z.core.$ZodType
type Issue = z.core.$ZodIssue
/** An option of a union and what it holds against the value. */
interface Attempt {
  readonly schema: Schema
  readonly issues: readonly Issue[]
}

const isHere = (issue: Issue): boolean => issue.path.length === 0
const isMissing = (tree: Tree | undefined, issue: Issue): boolean =>
  issue.path.length === 1 && issue.code !== 'unrecognized_keys' && !(tree && find(tree, issue.path))

/** How far a value is from an option: keys too many and keys too few; no option of another type is near. */
const farness = (tree: Tree | undefined, { issues }: Attempt): number =>
  issues.reduce((sum, issue) => {
    if (issue.code === 'unrecognized_keys' && isHere(issue)) return sum + issue.keys.length
    if (issue.code === 'invalid_type' && isHere(issue)) return Number.POSITIVE_INFINITY
    return sum + (isMissing(tree, issue) ? 1 : 0)
  }, 0)

/** A union refuses with all its options' complaints: tell those of the option that was meant, or that none was. */
const ofUnion = (tree: Tree, path: Path, attempts: readonly Attempt[]): Finding[] => {
  const value = find(tree, path)
  const distances = attempts.map((attempt) => farness(value, attempt))
  const best = attempts.filter((_, index) => distances[index] === Math.min(...distances))
  const isOpen = ({ issues }: Attempt) =>
    issues.some((issue) => isMissing(value, issue) || (isHere(issue) && issue.code !== 'unrecognized_keys'))
  const [meant] = best
  if (meant && !(best.length > 1 && best.every(isOpen)))
    return meant.issues.flatMap((issue) => findingsOf(meant.schema, tree, path, issue))
  if (!value) return [missing(path, wordsOfAny(attempts.map(({ schema }) => schema)))]
  const allowed = [...new Set(best.map(({ schema, issues }) => ownWords(issues) ?? wordsOf(schema)))].join(' or ')
  const known = best.flatMap(({ schema }) => keysOf(schema))
  const [key] = value.kind === 'map' ? value.entries.keys() : []
  return [mismatch(path, describe(value), allowed, key === undefined ? undefined : nearest(key, known))]
}
const ownWords = (issues: readonly Issue[]): string | undefined =>
  issues.find((issue) => isHere(issue) && issue.code === 'invalid_format')?.message

const unknownKeys = (schema: Schema | undefined, path: Path, keys: readonly string[]): Finding[] => {
  const known = schema ? keysOf(schema) : []
  return keys.map((key) => {
    const allowed = list(known)
    const message = `unknown key, allowed ${allowed}`
    return { path: [...path, key], message, found: key, allowed, nearest: nearest(key, known) }
  })
}

const missing = (path: Path, allowed: string): Finding => ({ path, message: `is missing: ${allowed}`, allowed })

const isContainer = (type: string): boolean => ['object', 'record', 'array', 'tuple'].includes(type)

/** What is wrong with a value that stands in the file. */
const ofValue = (issue: Issue, path: Path, value: Tree, expected: string): Finding => {
  const found = describe(value)
  switch (issue.code) {
    case 'invalid_type':
      return mismatch(path, describe(value, { hidden: isContainer(issue.expected) }), expected)
    case 'invalid_value': {
      const allowed = issue.values.map(String)
      return mismatch(path, found, list(allowed), nearest(String(plain(value)), allowed))
    }
    case 'invalid_key':
      return mismatch(path, JSON.stringify(String(path.at(-1))), issue.issues.map(({ message }) => message).join(', '))
    default:
      return mismatch(path, found, issue.message)
  }
}

const hints = z.object({ found: z.string().optional(), allowed: z.array(z.string()).optional() }).catch({})
/** What a schema's own check says of names: `params` with `found` and `allowed`. */
const hintsOf = (params: unknown): Omit<Finding, 'path' | 'message'> => {
  const { found, allowed } = hints.parse(params)
  return { found, allowed: allowed && list(allowed), nearest: found && allowed && nearest(found, allowed) }
}

/** An issue of a schema that stands at `base`, as findings in the tree. */
const findingsOf = (schema: Schema, tree: Tree, base: Path, issue: Issue): Finding[] => {
  const path = [...base, ...issue.path]
  const [at] = schemasAt(schema, issue.path)
  if (issue.code === 'custom') return [{ path, message: issue.message, ...hintsOf(issue.params) }]
  if (issue.code === 'unrecognized_keys') return unknownKeys(at, path, issue.keys)
  if (issue.code === 'invalid_union' && at) {
    const attempts = optionsOf(at).map((option, index) => ({ schema: option, issues: issue.errors[index] ?? [] }))
    return ofUnion(tree, path, attempts)
  }
  const value = find(tree, path)
  if (value?.kind === 'scalar' && value.value === undefined) return []
  const expected = at ? wordsOf(at) : 'another value'
  return [value ? ofValue(issue, path, value, expected) : missing(path, expected)]
}

/** The parsed value; or what is wrong, all of it, and the paths of what cannot be used, told already or not. */
export type Checked<Output> =
  | { readonly value: Output }
  | { readonly findings: readonly Finding[]; readonly spoilt: readonly Path[] }

/** Holds a tree to a schema. */
export const check = <Output>(schema: z.ZodType<Output>, tree: Tree): Checked<Output> => {
  const result = schema.safeParse(plain(tree), { error: wording })
  if (result.success) return { value: result.data }
  const told = result.error.issues.map((issue) => ({ issue, findings: findingsOf(schema, tree, [], issue) }))
  return {
    findings: told.flatMap(({ findings }) => findings),
    spoilt: told.flatMap(({ issue, findings }) =>
      findings.length > 0 ? findings.map(({ path }) => path) : [issue.path],
    ),
  }
}
