import type { Requirement, Requirements, Subject } from './requirement.ts'
import { createValueClasses, stepsOf, type ValueClasses } from './value-classes.ts'

/** A subject that rules look at, and where its rows begin in the table. */
export interface Facet {
  readonly subject: Subject
  readonly classes: ValueClasses
  /** What each rule that looks at it requires of it, by the rule's number. */
  readonly asked: ReadonlyMap<number, readonly Requirement[]>
  /** The row of the rules that look at it. */
  readonly askers: number
  /** The row of the rules that require several things of it: one element need not pass them all. */
  readonly several: number
  /** The row of the rules of which a list's elements do not say exactly whether the list passes. */
  readonly loose: number
  /** The row of the first class. */
  readonly first: number
}
/** Says for each class of a subject's values which rules it leaves: a row of bits for each class, a bit for each rule. */
export interface RuleTable {
  readonly facets: readonly Facet[]
  /** Words in a row: a multiple of `passWords`. */
  readonly words: number
  /** Rows, one after the other; the first is that of the rules themselves. */
  readonly bits: Int32Array
  /** The rules all of whose requirements stand in the table, and exactly so but for traits that are lists. */
  readonly settled: Int32Array
}

/** So many words of a row are looked at in one pass. */
export const passWords = 4
/** The first row of a table: the rules themselves. */
export const allRules = 0
/** A subject at which fewer rules look is left to these. */
const fewestAskers = 2
const wordOf = (rule: number): number => rule >> 5
const bitOf = (rule: number): number => 1 << (rule & 31)
const wordsFor = (rules: number): number => Math.ceil(rules / 32 / passWords) * passWords

type Asked = Pick<Facet, 'subject' | 'asked'>
const gathered = (rules: readonly (Requirements | undefined)[]): readonly Asked[] => {
  const subjects = new Map<string, { readonly subject: Subject; readonly asked: Map<number, Requirement[]> }>()
  for (const [rule, each] of rules.entries()) {
    for (const requirement of each?.requirements ?? []) {
      const { subject } = requirement
      const known = subjects.get(subject.key) ?? { subject, asked: new Map() }
      subjects.set(subject.key, known)
      const own = known.asked.get(rule)
      if (own === undefined) known.asked.set(rule, [requirement])
      else own.push(requirement)
    }
  }
  return [...subjects.values()].filter(({ asked }) => asked.size >= fewestAskers)
}

function* operandsOf(asked: Facet['asked']) {
  for (const requirements of asked.values()) for (const { operands } of requirements) yield* operands
}

/** Lays out the rows of each subject, one after the other. */
const laidOut = (subjects: readonly Asked[], words: number): readonly Facet[] => {
  let end = words
  return subjects.map(({ subject, asked }) => {
    const classes = createValueClasses(operandsOf(asked))
    const [askers, several, loose, first] = [end, end + words, end + 2 * words, end + 3 * words]
    end = first + classes.standIns.length * words
    return { subject, asked, classes, askers, several, loose, first }
  })
}

const mark = (bits: Int32Array, row: number, rule: number): void => {
  const at = row + wordOf(rule)
  bits[at] = (bits[at] ?? 0) | bitOf(rule)
}

/** The classes of which no value passes, as stretches: where one begins, where it ends, where the next begins, … */
const refusedBy = ({ operands, passes }: Requirement, classes: ValueClasses): readonly number[] => {
  const steps = stepsOf(classes, operands)
  const refused: number[] = []
  for (let index = 1; index < steps.length; index++) {
    const [from = 0, to = 0] = [steps[index - 1], steps[index]]
    if (from !== to && !passes(classes.standIns[from] ?? null)) refused.push(from, to)
  }
  return refused
}
/** Takes a rule out of the rows of the classes that do not pass. */
const strike = (bits: Int32Array, first: number, words: number, rule: number, refused: readonly number[]): void => {
  const [column, left] = [first + wordOf(rule), ~bitOf(rule)]
  for (let index = 0; index < refused.length; index += 2) {
    const end = column + (refused[index + 1] ?? 0) * words
    for (let at = column + (refused[index] ?? 0) * words; at < end; at += words) bits[at] = (bits[at] ?? 0) & left
  }
}
/** What many rules require alike is held against the classes once. */
const strikeAll = (bits: Int32Array, { asked, classes, first }: Facet, words: number): void => {
  const known = new Map<Requirement, readonly number[]>()
  for (const [rule, requirements] of asked)
    for (const requirement of requirements) {
      const refused = known.get(requirement) ?? refusedBy(requirement, classes)
      known.set(requirement, refused)
      strike(bits, first, words, rule, refused)
    }
}

/** Whether a list passes just if one of its elements does. */
const isExact = (requirements: readonly Requirement[]): boolean =>
  requirements.length === 1 && requirements.every((requirement) => requirement.isExact)

const bitsOf = (rules: readonly unknown[], facets: readonly Facet[], words: number): Int32Array => {
  const last = facets.at(-1)
  const bits = new Int32Array(last === undefined ? words : last.first + last.classes.standIns.length * words)
  for (const [rule, each] of rules.entries()) if (each !== undefined) mark(bits, allRules, rule)
  for (const facet of facets) {
    bits.fill(-1, facet.first, facet.first + facet.classes.standIns.length * words)
    strikeAll(bits, facet, words)
    for (const [rule, requirements] of facet.asked) {
      mark(bits, facet.askers, rule)
      if (requirements.length > 1) mark(bits, facet.several, rule)
      if (!isExact(requirements)) mark(bits, facet.loose, rule)
    }
  }
  return bits
}

const settledOf = (
  rules: readonly (Requirements | undefined)[],
  facets: readonly Facet[],
  words: number,
): Int32Array => {
  const settled = new Int32Array(words)
  const bySubject = new Map(facets.map((facet) => [facet.subject.key, facet]))
  for (const [rule, each] of rules.entries()) {
    const isSettled = ({ subject }: Requirement): boolean => {
      const asked = bySubject.get(subject.key)?.asked.get(rule)
      return asked !== undefined && (subject.trait !== null || isExact(asked))
    }
    if (each?.isAll && each.requirements.every(isSettled)) mark(settled, 0, rule)
  }
  return settled
}

/** A table of rules by what each requires; a number without requirements is no rule's. */
export const createRuleTable = (rules: readonly (Requirements | undefined)[]): RuleTable => {
  const words = wordsFor(rules.length)
  const facets = laidOut(gathered(rules), words)
  return { facets, words, bits: bitsOf(rules, facets, words), settled: settledOf(rules, facets, words) }
}
