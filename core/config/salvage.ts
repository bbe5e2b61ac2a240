import type { z } from 'zod'
import { check } from './issue.ts'
import { type Finding, located, type Problem } from './problem.ts'
import { type Tree, without } from './tree.ts'

/** What could be read of a file, and what is wrong with it. */
export interface Salvaged<Whole, Sound> {
  /** null: it has problems. */
  readonly whole: Whole | null
  /** Without the entries that have problems: so that one of them hides no problem of the others. */
  readonly sound: Sound
  /** What `sound` was read from. */
  readonly tree: Tree
  readonly problems: readonly Problem[]
}

/** Leaves out what is wrong: the entry first (`connectors.mail`), then its section, then everything. */
const soundPart = <Sound>(schema: z.ZodType<Sound>, tree: Tree, depth: number): { sound: Sound; tree: Tree } => {
  const checked = check(schema, tree)
  if ('value' in checked) return { sound: checked.value, tree }
  const broken = checked.findings.map(({ path }) => path.slice(0, depth))
  return soundPart(schema, without(tree, broken), depth - 1)
}

/** Reads a tree by a schema; `partial` is the same schema with nothing required, so it must accept an empty map. */
export const salvage = <Whole, Sound>(
  schema: { readonly whole: z.ZodType<Whole>; readonly partial: z.ZodType<Sound> },
  tree: Tree,
): Salvaged<Whole, Sound> => {
  const checked = check(schema.whole, tree)
  const findings: readonly Finding[] = 'value' in checked ? [] : checked.findings
  return {
    whole: 'value' in checked ? checked.value : null,
    ...soundPart(schema.partial, tree, 2),
    problems: findings.map((finding) => located(tree, finding)),
  }
}
