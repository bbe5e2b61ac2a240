import type { Profile } from '../profile/profile.ts'
import type { Frame, Value } from './frame.ts'
import { type Requirements, whole } from './requirement.ts'
import { allRules, createRuleTable, type Facet, passWords, type RuleTable } from './rule-table.ts'
import { classOf } from './value-classes.ts'

/** What the traits of a customer leave of a block's rules. */
export interface Standing {
  /** Of 32 rules each, a bit for each one that is left. */
  readonly words: readonly number[]
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
interface TraitFacet extends Facet {
  readonly trait: string
  readonly ofElements: boolean
}
/** Rules under a table that says for each class of a subject's values which of them it leaves. */
export interface RuleBlock {
  /** Looks at all traits, for all rules of the block. */
  readonly standing: (frame: Frame) => Standing
  /** Of 32 rules, a bit each, those that the customer's values leave. What is no trait is read only where it decides. */
  readonly left: (word: number, standing: Standing, frame: Frame) => number
  /** Of 32 rules, a bit each, those that match if they are left. */
  readonly settled: (word: number, standing: Standing) => number
}

/** What rows all leave of the rules: each row is looked up once for several words of it. */
const leftByAll = ({ bits, words }: RuleTable, rows: Int32Array, count: number): readonly number[] => {
  const left = new Array<number>(words)
  // Counted loops over locals: nothing runs as often as this.
  for (let word = 0; word < words; word += passWords) {
    let [first, second, third, fourth] = [-1, -1, -1, -1]
    for (let index = 0; index < count; index++) {
      const at = (rows[index] ?? 0) + word
      first &= bits[at] ?? 0
      second &= bits[at + 1] ?? 0
      third &= bits[at + 2] ?? 0
      fourth &= bits[at + 3] ?? 0
    }
    left[word] = first
    left[word + 1] = second
    left[word + 2] = third
    left[word + 3] = fourth
  }
  return left
}

/** A block of rules by what each requires; a number without requirements is no rule's. */
export const createRuleBlock = (rules: readonly (Requirements | undefined)[]): RuleBlock => {
  const table = createRuleTable(rules)
  const { bits, facets, words, settled } = table
  const traits: readonly TraitFacet[] = facets.flatMap((facet) => {
    const { trait, ofElements } = facet.subject
    return trait === null ? [] : [{ ...facet, trait, ofElements }]
  })
  const others = facets.filter(({ subject }) => subject.trait === null)
  const othersOf = Array.from({ length: words }, (_, word) => others.filter(({ askers }) => bits[askers + word] !== 0))

  const rowOf = ({ classes, first }: Facet, value: Value): number => first + classOf(classes, value) * words
  const listPlace = (facet: Facet, elements: readonly unknown[]): ListPlace => {
    const rows: number[] = []
    for (const element of elements) if (element !== null && element !== undefined) rows.push(rowOf(facet, element))
    return { rows, several: facet.several, loose: facet.loose }
  }
  const wholePlace = (facet: Facet): ListPlace => ({
    rows: [rowOf(facet, whole)],
    several: facet.several,
    loose: facet.askers,
  })
  /** A value that stands in several rows or in none of its own; null where it has one as any other. */
  const severalRows = (facet: TraitFacet, value: NonNullable<unknown>): ListPlace | null => {
    if (!Array.isArray(value)) return facet.ofElements ? wholePlace(facet) : null
    const place = listPlace(facet, value)
    return place.rows.length === 0 ? null : place
  }
  const ofElements = ({ rows, several }: ListPlace, word: number): number => {
    let found = bits[several + word] ?? 0
    for (let index = 0; index < rows.length; index++) found |= bits[(rows[index] ?? 0) + word] ?? 0
    return found
  }
  const ofOther = (facet: Facet, word: number, frame: Frame): number => {
    const value = facet.subject.read(frame)
    if (Array.isArray(value)) return ofElements(listPlace(facet, value), word)
    return bits[rowOf(facet, facet.subject.ofElements && value !== null ? whole : value) + word] ?? 0
  }
  /** Where the traits of a customer stand: filled and read within one call. The rules themselves come first. */
  const rows = Int32Array.of(allRules, ...traits.map(() => allRules))
  const standingOf = (known: Profile['traits']): Standing => {
    const lists: ListPlace[] = []
    let count = 1
    for (let index = 0; index < traits.length; index++) {
      const facet = traits[index]
      if (facet === undefined) continue
      const value = known.get(facet.trait)?.value ?? null
      const isPlain = value === null || (typeof value !== 'object' && !facet.ofElements)
      const list = isPlain ? null : severalRows(facet, value)
      if (list !== null) lists.push(list)
      else rows[count++] = rowOf(facet, Array.isArray(value) ? null : value)
    }
    return { words: leftByAll(table, rows, count), lists }
  }
  return {
    standing: ({ profile }) => standingOf(profile.traits),
    left: (word, { words: standing, lists }, frame) => {
      let left = standing[word] ?? 0
      for (let index = 0; left !== 0 && index < lists.length; index++) {
        const list = lists[index]
        if (list !== undefined) left &= ofElements(list, word)
      }
      if (left === 0) return 0
      for (const facet of othersOf[word] ?? [])
        if ((left & (bits[facet.askers + word] ?? 0)) !== 0) left &= ofOther(facet, word, frame)
      return left
    },
    settled: (word, { lists }) => {
      let found = settled[word] ?? 0
      for (const { loose } of lists) found &= ~(bits[loose + word] ?? 0)
      return found
    },
  }
}
