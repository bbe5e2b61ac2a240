import type { Profile } from '../profile/profile.ts'
import { remembered } from '../profile/remembered.ts'
import { asValue, type Frame, type Value } from './frame.ts'
import { type Requirement, type Requirements, type Subject, whole } from './requirement.ts'
import { classOf, createValueClasses, stepsOf, type ValueClasses } from './value-classes.ts'

/** Where the traits of a customer stand in a block's table. */
export interface Places {
  /** For each trait the row of its value's class; for a list the row of all rules. */
  readonly rows: readonly number[]
  readonly lists: readonly ListPlace[]
}
/** A list: a row for each element. */
interface ListPlace {
  readonly rows: readonly number[]
  /** The row of the rules that require several things of it: one element need not pass them all. */
  readonly several: number
  /** The row of the rules of which these rows only say that they may be met. */
  readonly loose: number
}
/** A subject that rules of a block look at, and where its rows begin in the table. */
interface Facet {
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
interface TraitFacet extends Facet {
  readonly trait: string
  readonly ofElements: boolean
}
/** Rules under a table that says for each class of a subject's values which of them it leaves. */
export interface RuleBlock {
  readonly places: (frame: Frame) => Places
  /** Of 32 rules, a bit each, those that the customer's values leave. What is no trait is read only where it decides. */
  readonly left: (word: number, places: Places, frame: Frame) => number
  /** Of 32 rules, a bit each, those that match if they are left. */
  readonly settled: (word: number, places: Places) => number
}

/** A subject at which fewer rules look is left to these. */
const fewestAskers = 2
/** The first row of a table: the rules themselves. */
const allRules = 0
const wordOf = (rule: number): number => rule >> 5
const bitOf = (rule: number): number => 1 << (rule & 31)

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

const mark = (table: Int32Array, row: number, rule: number): void => {
  const at = row + wordOf(rule)
  table[at] = (table[at] ?? 0) | bitOf(rule)
}
/** Takes a rule out of the rows of the classes that do not pass. */
const strike = (table: Int32Array, { asked, classes, first }: Facet, words: number, rule: number): void => {
  const requirements = asked.get(rule) ?? []
  const [start, bit] = [first + wordOf(rule), bitOf(rule)]
  const steps = stepsOf(
    classes,
    requirements.flatMap(({ operands }) => operands),
  )
  for (const [index, step] of steps.entries()) {
    const next = steps[index + 1] ?? step
    const standIn = classes.standIns[step] ?? null
    if (step === next || requirements.every(({ passes }) => passes(standIn))) continue
    const end = start + next * words
    for (let at = start + step * words; at < end; at += words) table[at] = (table[at] ?? 0) & ~bit
  }
}

/** Whether a list passes just if one of its elements does. */
const isExact = (requirements: readonly Requirement[]): boolean =>
  requirements.length === 1 && requirements.every((requirement) => requirement.isExact)

const tableOf = (rules: readonly unknown[], facets: readonly Facet[], words: number): Int32Array => {
  const last = facets.at(-1)
  const table = new Int32Array(last === undefined ? words : last.first + last.classes.standIns.length * words)
  for (const [rule, each] of rules.entries()) if (each !== undefined) mark(table, allRules, rule)
  for (const facet of facets) {
    table.fill(-1, facet.first, facet.first + facet.classes.standIns.length * words)
    for (const [rule, requirements] of facet.asked) {
      mark(table, facet.askers, rule)
      if (requirements.length > 1) mark(table, facet.several, rule)
      if (!isExact(requirements)) mark(table, facet.loose, rule)
      strike(table, facet, words, rule)
    }
  }
  return table
}

/** The rules all of whose requirements stand in the table, and exactly so but for traits that are lists. */
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

/** A block of rules by what each requires; a number without requirements is no rule's. */
export const createRuleBlock = (rules: readonly (Requirements | undefined)[]): RuleBlock => {
  const words = wordOf(rules.length + 31)
  const facets = laidOut(gathered(rules), words)
  const table = tableOf(rules, facets, words)
  const settled = settledOf(rules, facets, words)
  const traits: readonly TraitFacet[] = facets.flatMap((facet) => {
    const { trait, ofElements } = facet.subject
    return trait === null ? [] : [{ ...facet, trait, ofElements }]
  })
  const others = facets.filter(({ subject }) => subject.trait === null)
  const othersOf = Array.from({ length: words }, (_, word) => others.filter(({ askers }) => table[askers + word] !== 0))

  const rowOf = ({ classes, first }: Facet, value: Value): number => first + classOf(classes, value) * words
  const listPlace = (facet: Facet, elements: readonly Value[]): ListPlace => ({
    rows: elements.map((element) => rowOf(facet, element)),
    several: facet.several,
    loose: facet.loose,
  })
  const wholePlace = (facet: Facet): ListPlace => ({
    rows: [rowOf(facet, whole)],
    several: facet.several,
    loose: facet.askers,
  })
  /** Notes what has no row of its own, and gives one that leaves all rules. */
  const placeElements = (facet: TraitFacet, value: Value, lists: ListPlace[]): number => {
    if (Array.isArray(value)) lists.push(listPlace(facet, value))
    else if (value !== null && facet.ofElements) lists.push(wholePlace(facet))
    else return rowOf(facet, value)
    return allRules
  }
  const ofElements = ({ rows, several }: ListPlace, word: number): number => {
    let bits = table[several + word] ?? 0
    for (let index = 0; index < rows.length; index++) bits |= table[(rows[index] ?? 0) + word] ?? 0
    return bits
  }
  const ofOther = (facet: Facet, word: number, frame: Frame): number => {
    const value = facet.subject.read(frame)
    if (Array.isArray(value)) return ofElements(listPlace(facet, value), word)
    return table[rowOf(facet, facet.subject.ofElements && value !== null ? whole : value) + word] ?? 0
  }
  /** Most of what is said of a customer are events: their traits stay the same table, and stand where they stood. */
  const placesOf = remembered((known: Profile['traits']): Places => {
    const lists: ListPlace[] = []
    const rows = traits.map((facet) => {
      const value = known.get(facet.trait)?.value ?? null
      if (typeof value === 'object' && value !== null) return placeElements(facet, asValue(value), lists)
      if (value === null || !facet.ofElements) return rowOf(facet, value)
      return placeElements(facet, value, lists)
    })
    return { rows, lists }
  })
  return {
    places: ({ profile }) => placesOf(profile.traits),
    left: (word, { rows, lists }, frame) => {
      let bits = table[allRules + word] ?? 0
      // Counted loops: iterating takes half as long again, and nothing runs as often as this.
      for (let index = 0; index < rows.length; index++) bits &= table[(rows[index] ?? 0) + word] ?? 0
      for (let index = 0; bits !== 0 && index < lists.length; index++) {
        const list = lists[index]
        if (list !== undefined) bits &= ofElements(list, word)
      }
      if (bits === 0) return 0
      for (const facet of othersOf[word] ?? [])
        if ((bits & (table[facet.askers + word] ?? 0)) !== 0) bits &= ofOther(facet, word, frame)
      return bits
    },
    settled: (word, { lists }) => {
      let bits = settled[word] ?? 0
      for (const { loose } of lists) bits &= ~(table[loose + word] ?? 0)
      return bits
    },
  }
}
