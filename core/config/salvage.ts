import type { z } from 'zod'
import { check } from './issue.ts'
import { type Finding, located, type Problem } from './problem.ts'
import type { Reading } from './read.ts'
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

/** A schema, and the same with nothing required: that one accepts an empty map. */
export interface Schemas<Whole, Sound> {
  readonly whole: z.ZodType<Whole>
  readonly partial: z.ZodType<Sound>
  /** What a problem spoils: the `value` itself, or the whole `entry` (`segments[2]`) where its parts lean on each other. */
  readonly spoils: keyof typeof steps
}

/** How much is left out, coarser each time: that many steps of a problem's path. */
const steps = { value: [Number.POSITIVE_INFINITY, 2, 1, 0], entry: [2, 1, 0] } as const

const soundPart = <Sound>(
  schema: z.ZodType<Sound>,
  tree: Tree,
  [depth = 0, ...coarser]: readonly number[],
): { sound: Sound; tree: Tree } => {
  const checked = check(schema, tree)
  if ('value' in checked) return { sound: checked.value, tree }
  const spoilt = checked.spoilt.map((path) => path.slice(0, depth))
  return soundPart(schema, without(tree, spoilt), coarser)
}

/** Reads what files say by a schema. Where a file could not be read, nothing counts as missing. */
export const salvage = <Whole, Sound>(schemas: Schemas<Whole, Sound>, reading: Reading): Salvaged<Whole, Sound> => {
  const { tree } = reading
  const whole = reading.whole ? check(schemas.whole, tree) : null
  const checked = whole ?? check(schemas.partial, tree)
  const findings: readonly Finding[] = 'findings' in checked ? checked.findings : []
  return {
    whole: whole && 'value' in whole ? whole.value : null,
    ...soundPart(schemas.partial, tree, steps[schemas.spoils]),
    problems: findings.map((finding) => located(tree, finding)),
  }
}
