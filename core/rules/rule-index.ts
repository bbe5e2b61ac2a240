import { stranger } from '../profile/stranger.ts'
import type { Condition } from './condition.ts'
import type { Frame } from './frame.ts'
import type { Ground } from './predicate.ts'
import { type Requirement, requirementsOf } from './requirement.ts'
import { createRuleBlock, type Places } from './rule-block.ts'

/**
 * For one evaluation: of each group of rules the numbers of those that may match, in order. What it leaves out does not
 * match, until the evaluation's `until`.
 */
export type Finding = (group: number) => readonly number[]
export type RuleIndex = (frame: Frame) => Finding

const wordRules = 32
/** A table grows with the number of its rules times the number of its values: so many words keep it small. */
const blockWords = 32

interface Words {
  readonly start: number
  readonly end: number
}
/** Every group begins in a word of its own. */
const wordsOf = (groups: readonly (readonly unknown[])[]): readonly Words[] => {
  let end = 0
  return groups.map(({ length }) => {
    const start = end
    end += Math.ceil(length / wordRules)
    return { start, end }
  })
}

/** Adds the numbers of the bits that are set, counted from `from`. */
const collect = (numbers: number[], bits: number, from: number): void => {
  for (let left = bits; left !== 0; left &= left - 1) numbers.push(from + 31 - Math.clz32(left & -left))
}

/**
 * An index over groups of conditions by what each requires. A customer's values are looked up once for all groups; each
 * leaves a row of bits, and what all rows leave may match.
 */
export const createRuleIndex = (groups: readonly (readonly Condition[])[], ground: Ground): RuleIndex => {
  const against = { ...ground, blank: ground.slots.frame(stranger('', ground.settings), 0) }
  const words = wordsOf(groups)
  const required: (readonly Requirement[] | undefined)[] = Array.from({ length: (words.at(-1)?.end ?? 0) * wordRules })
  for (const [group, conditions] of groups.entries())
    for (const [number, condition] of conditions.entries())
      required[(words[group]?.start ?? 0) * wordRules + number] = requirementsOf(condition, against)
  const size = blockWords * wordRules
  const blocks = Array.from({ length: Math.ceil(required.length / size) }, (_, block) =>
    createRuleBlock(required.slice(block * size, (block + 1) * size)),
  )
  return (frame) => {
    const places: (Places | undefined)[] = []
    return (group) => {
      const { start, end } = words[group] ?? { start: 0, end: 0 }
      const numbers: number[] = []
      for (let word = start; word < end; word++) {
        const at = Math.floor(word / blockWords)
        const block = blocks[at]
        if (block === undefined) break
        const placed = places[at] ?? block.places(frame)
        places[at] = placed
        collect(numbers, block.left(word % blockWords, placed, frame), (word - start) * wordRules)
      }
      return numbers
    }
  }
}
