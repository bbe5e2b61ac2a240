import type { Path } from './leaves.ts'

/** What is wrong in a registry, and where: a path such as `rules, 3, when, all, 0, trait`. */
export interface Problem {
  readonly path: Path
  readonly message: string
  readonly found?: unknown
  /** The known names, for whoever wants to tell the nearest. */
  readonly allowed?: readonly string[]
}

/** The problem of a name that nothing has, or none. */
export const unknownName = (
  path: Path,
  what: string,
  found: string,
  allowed: ReadonlySet<string>,
): readonly Problem[] =>
  allowed.has(found) ? [] : [{ path, message: `there is no ${what} "${found}"`, found, allowed: [...allowed] }]
