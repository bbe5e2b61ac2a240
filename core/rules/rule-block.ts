import type { Frame, Value } from './frame.ts'
import type { Requirement, Subject } from './requirement.ts'
import { createValueClasses, type ValueClasses } from './value-classes.ts'

/** Where the values of a customer stand in a block's table. */
export interface Places {
  /** For each plain subject with one value the row of its class. */
  readonly rows: readonly number[]
  /** Plain subjects whose value is a list, with a row for each element. */
  readonly lists: readonly ListPlace[]
}
interface ListPlace {
  readonly facet: Facet
  readonly rows: readonly number[]
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
  /** The row of the first class. */
  readonly first: number
}
/** Rules under a table that says for each class of a subject's values which of them it leaves. */
export interface RuleBlock {
  readonly places: (frame: Frame) => Places
  /** Of 32 rules, a bit each, those that the customer's values leave. A dear subject is read only where that decides. */
  readonly left: (word: number, places: Places, frame: Frame) => number
}

/** A subject at which fewer rules look is left to these. */
const fewestAskers = 2

type Asked = Pick<Facet, 'subject' | 'asked'>
const gathered = (rules: readonly (readonly Requirement[] | undefined)[]): readonly Asked[] => {
  const subjects = new Map<string, { readonly subject: Subject; readonly asked: Map<number, Requirement[]> }>()
  for (const [rule, requirements = []] of rules.entries()) {
    for (const requirement of requirements) {
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

/** Lays out the rows of each subject, one after the other; the first row of the table are the rules themselves. */
const laidOut = (subjects: readonly Asked[], words: number): readonly Facet[] => {
  let end = words
  return subjects.map(({ subject, asked }) => {
    const classes = createValueClasses([...asked.values()].flat().flatMap(({ operands }) => operands))
    const [askers, several, first] = [end, end + words, end + 2 * words]
    end = first + classes.standIns.length * words
    return { subject, asked, classes, askers, several, first }
  })
}

const wordOf = (rule: number): number => rule >> 5
const bitOf = (rule: number): number => 1 << (rule & 31)

/** Classes at which a rule's answer may change: from one to the next it stays the same. */
const stepsOf = (requirements: readonly Requirement[], { of, edges, standIns }: ValueClasses): readonly number[] => {
  const own = requirements.flatMap(({ operands }) => operands.map((operand) => of(operand)))
  const steps = new Set([...edges, ...own].flatMap((edge) => [edge, edge + 1]))
  return [...steps, standIns.length].filter((step) => step <= standIns.length).sort((a, b) => a - b)
}

const fillRule = (table: Int32Array, facet: Facet, words: number, rule: number): void => {
  const { asked, classes, askers, several, first } = facet
  const requirements = asked.get(rule) ?? []
  const [word, bit] = [wordOf(rule), bitOf(rule)]
  const set = (row: number) => table.fill((table[row + word] ?? 0) | bit, row + word, row + word + 1)
  set(askers)
  if (requirements.length > 1) set(several)
  const steps = stepsOf(requirements, classes)
  for (const [index, step] of steps.entries()) {
    const standIn = classes.standIns[step] ?? null
    if (requirements.every(({ passes }) => passes(standIn))) continue
    const end = steps[index + 1] ?? step
    for (let at = first + step * words + word; at < first + end * words; at += words)
      table[at] = (table[at] ?? 0) & ~bit
  }
}

const tableOf = (rules: readonly unknown[], facets: readonly Facet[], words: number): Int32Array => {
  const last = facets.at(-1)
  const table = new Int32Array(last === undefined ? words : last.first + last.classes.standIns.length * words)
  for (const [rule, each] of rules.entries())
    if (each !== undefined) table[wordOf(rule)] = (table[wordOf(rule)] ?? 0) | bitOf(rule)
  for (const facet of facets) {
    table.fill(-1, facet.first, facet.first + facet.classes.standIns.length * words)
    for (const rule of facet.asked.keys()) fillRule(table, facet, words, rule)
  }
  return table
}

/** A block of rules by what each requires; a number without requirements is no rule's. */
export const createRuleBlock = (rules: readonly (readonly Requirement[] | undefined)[]): RuleBlock => {
  const words = wordOf(rules.length + 31)
  const facets = laidOut(gathered(rules), words)
  const table = tableOf(rules, facets, words)
  const plain = facets.filter(({ subject }) => !subject.isDear)
  const dear = facets.filter(({ subject }) => subject.isDear)
  const dearOf = Array.from({ length: words }, (_, word) => dear.filter(({ askers }) => table[askers + word] !== 0))

  const rowOf = ({ classes, first }: Facet, value: Value): number => first + classes.of(value) * words
  const ofElements = ({ facet, rows }: ListPlace, word: number): number => {
    let bits = table[facet.several + word] ?? 0
    for (const row of rows) bits |= table[row + word] ?? 0
    return bits
  }
  const listPlace = (facet: Facet, elements: readonly Value[]): ListPlace => ({
    facet,
    rows: elements.map((element) => rowOf(facet, element)),
  })
  const ofDear = (facet: Facet, word: number, frame: Frame): number => {
    const value = facet.subject.read(frame)
    return Array.isArray(value) ? ofElements(listPlace(facet, value), word) : (table[rowOf(facet, value) + word] ?? 0)
  }
  return {
    places: (frame) => {
      const rows: number[] = []
      const lists: ListPlace[] = []
      for (const facet of plain) {
        const value = facet.subject.read(frame)
        if (Array.isArray(value)) lists.push(listPlace(facet, value))
        else rows.push(rowOf(facet, value))
      }
      return { rows, lists }
    },
    left: (word, { rows, lists }, frame) => {
      let bits = table[word] ?? 0
      for (const row of rows) bits &= table[row + word] ?? 0
      if (bits === 0) return 0
      for (const list of lists) bits &= ofElements(list, word)
      for (const facet of dearOf[word] ?? [])
        if ((bits & (table[facet.askers + word] ?? 0)) !== 0) bits &= ofDear(facet, word, frame)
      return bits
    },
  }
}
