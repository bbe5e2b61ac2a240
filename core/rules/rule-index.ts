import { stranger } from '../profile/stranger.ts'
import type { Condition } from './condition.ts'
import type { Frame, Test } from './frame.ts'
import { compileCondition, type Ground } from './predicate.ts'
import { type Requirements, requirementsOf } from './requirement.ts'
import { createRuleBlock, type Places } from './rule-block.ts'

/** For one evaluation: of a group of conditions the numbers of those that hold, in order. */
export type Finding = (group: number) => readonly number[]
export type RuleIndex = (frame: Frame) => Finding

const wordRules = 32
/** A table grows with the number of its rules times the number of their values: blocks of so many words keep it small. */
const mostWords = 48

interface Group {
  readonly tests: readonly Test[]
  /** Each group begins in a word of its own. */
  readonly start: number
  readonly end: number
}
const laidOut = (groups: readonly (readonly Condition[])[], ground: Ground): readonly Group[] => {
  let end = 0
  return groups.map((conditions) => {
    const start = end
    end += Math.ceil(conditions.length / wordRules)
    return { tests: conditions.map((condition) => compileCondition(condition, ground)), start, end }
  })
}

/**
 * An index over groups of conditions by what each requires. A customer's values are looked up once for all groups: each
 * leaves a row of bits, and only what all rows leave is tested, if it still has to be.
 */
export const createRuleIndex = (conditions: readonly (readonly Condition[])[], ground: Ground): RuleIndex => {
  const groups = laidOut(conditions, ground)
  const against = { ...ground, blank: ground.slots.frame(stranger('', ground.settings), 0) }
  const required = conditions.flatMap((group) => {
    const padding = Array.from({ length: -group.length & (wordRules - 1) }, () => undefined)
    return [...group.map((condition): Requirements | undefined => requirementsOf(condition, against)), ...padding]
  })
  const words = required.length / wordRules
  const count = Math.ceil(words / mostWords)
  const blockWords = Math.ceil(words / count)
  const blocks = Array.from({ length: count }, (_, block) =>
    createRuleBlock(required.slice(block * blockWords * wordRules, (block + 1) * blockWords * wordRules)),
  )
  return (frame) => {
    const places: (Places | undefined)[] = []
    return (group) => {
      const { start, end, tests } = groups[group] ?? { start: 0, end: 0, tests: [] }
      const holding: number[] = []
      for (let word = start; word < end; word++) {
        const at = Math.floor(word / blockWords)
        const block = blocks[at]
        if (block === undefined) break
        const placed = places[at] ?? block.places(frame)
        places[at] = placed
        const inBlock = word % blockWords
        const found = block.left(inBlock, placed, frame)
        const settled = found === 0 ? 0 : block.settled(inBlock, placed)
        for (let left = found; left !== 0; left &= left - 1) {
          const bit = left & -left
          const number = (word - start) * wordRules + 31 - Math.clz32(bit)
          if ((settled & bit) !== 0 || tests[number]?.(frame)) holding.push(number)
        }
      }
      return holding
    }
  }
}
