import { stranger } from '../../profile/stranger.ts'
import type { Condition, TraitLeaf } from '../condition.ts'
import { compileOperators } from '../operators.ts'
import type { Ground } from '../predicate.ts'
import { traitType } from '../traits.ts'
import type { Question } from './cells.ts'
import type { Column } from './column.ts'
import { edgesOf } from './edges.ts'
import type { Subject } from './reading.ts'
import { allOf, anyOf, constant, not, once, type Scan } from './scan.ts'

/** What a condition over all rows is compiled against, for one instant. */
export interface Asking {
  readonly ground: Ground
  readonly segments: ReadonlyMap<string, Condition>
  readonly at: number
  readonly column: (subject: Subject) => Column
}

const questionOf = (leaf: TraitLeaf, { ground, at }: Asking): Question => {
  const { settings, zone, slots } = ground
  const test = compileOperators(leaf, { type: traitType(leaf.trait, settings), spread: false, zone })
  // The operators look at the value and the instant only.
  const frame = slots.frame(stranger('', settings), at)
  return { passes: (value) => test(value, frame), edges: edgesOf(leaf, zone, at) }
}
const holds: Question = { passes: (value) => value === true, edges: [] }

/**
 * Compiles a condition to a scan of columns: the compiled evaluator's own tests, asked once per distinct value or edge
 * instead of once per customer. Throws where it names a segment that is not there.
 */
export const compileScan = (condition: Condition, asking: Asking): Scan => {
  const segments = new Map<string, Scan>()
  const segment = (key: string): Scan => {
    const when = asking.segments.get(key)
    if (when === undefined) throw new Error(`counting segment "${key}": there is none with this key; declare it`)
    const scan = segments.get(key) ?? once(compile(when, true))
    segments.set(key, scan)
    return scan
  }
  const compile = (part: Condition, asserted: boolean): Scan => {
    if ('all' in part) return allOf(part.all.map((each) => compile(each, asserted)))
    if ('any' in part) return anyOf(part.any.map((each) => compile(each, asserted)))
    if ('not' in part) return not(compile(part.not, !asserted))
    if ('segment' in part) return segment(part.segment)
    if ('context' in part) return constant(asserted)
    if ('trait' in part) return asking.column({ trait: part.trait }).scan(questionOf(part, asking))
    return asking.column(part).scan(holds)
  }
  return compile(condition, true)
}
