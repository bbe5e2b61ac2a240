import { stranger } from '../profile/stranger.ts'
import type { Condition } from './condition.ts'
import type { Frame, Test } from './frame.ts'
import { compileCondition, type Ground } from './predicate.ts'
import { type Requirements, requirementsOf } from './requirement.ts'
import { createRuleBlock, type Standing } from './rule-block.ts'

/** For one evaluation: of a group of conditions the numbers of those that hold, in order. */
export type Finding = (group: number) => readonly number[]
export type RuleIndex = (frame: Frame) => Finding

const wordRules = 32
/** A table grows with the number of its rules times the number of their values: blocks of so many words keep it small. */
const mostWords = 48

/** Words of a group that stand in one block: `first` is the number of the first condition there. */
interface Part {
  readonly block: number
  readonly start: number
  readonly end: number
  readonly first: number
}
/** Where the groups stand, each beginning in a word of its own. */
const partsOf = (lengths: readonly number[], blockWords: number): readonly (readonly Part[])[] => {
  let end = 0
  return lengths.map((length) => {
    const begin = end
    end += Math.ceil(length / wordRules)
    const parts: Part[] = []
    for (let word = begin; word < end; ) {
      const block = Math.floor(word / blockWords)
      const last = Math.min(end, (block + 1) * blockWords)
      const before = block * blockWords
      parts.push({ block, start: word - before, end: last - before, first: (word - begin) * wordRules })
      word = last
    }
    return parts
  })
}

/** Compiles a condition when it is first asked: where the index settles the matter, few ever are. */
const whenAsked = (condition: Condition, ground: Ground): Test => {
  let test: Test | undefined
  return (frame) => {
    test ??= compileCondition(condition, ground)
    return test(frame)
  }
}

/**
 * An index over groups of conditions by what each requires. A customer's values are looked up once for all groups: each
 * leaves a row of bits, and only what all rows leave is tested, if it still has to be.
 */
export const createRuleIndex = (groups: readonly (readonly Condition[])[], ground: Ground): RuleIndex => {
  const against = { ...ground, blank: ground.slots.frame(stranger('', ground.settings), 0), known: new Map() }
  const required = groups.map((conditions) => conditions.map((condition) => requirementsOf(condition, against)))
  const tests = groups.map((conditions, group) =>
    conditions.map((condition, number) => {
      const isAll = required[group]?.[number]?.isAll === true
      return isAll ? whenAsked(condition, ground) : compileCondition(condition, ground)
    }),
  )
  const numbered = required.flatMap((group): readonly (Requirements | undefined)[] => [
    ...group,
    ...Array.from({ length: -group.length & (wordRules - 1) }, () => undefined),
  ])
  const words = numbered.length / wordRules
  const count = Math.ceil(words / mostWords)
  const blockWords = Math.ceil(words / count)
  const blockRules = blockWords * wordRules
  const blocks = Array.from({ length: count }, (_, block) =>
    createRuleBlock(numbered.slice(block * blockRules, (block + 1) * blockRules)),
  )
  const parts = partsOf(
    groups.map(({ length }) => length),
    blockWords,
  )

  /** Notes which conditions of a part hold. */
  const look = (part: Part, tests: readonly Test[], standing: Standing, frame: Frame, holding: number[]): void => {
    const block = blocks[part.block]
    if (block === undefined) return
    for (let word = part.start; word < part.end; word++) {
      if (standing.words[word] === 0) continue
      const found = block.left(word, standing, frame)
      const settled = found === 0 ? 0 : block.settled(word, standing)
      for (let left = found; left !== 0; left &= left - 1) {
        const bit = left & -left
        const number = part.first + (word - part.start) * wordRules + 31 - Math.clz32(bit)
        if ((settled & bit) !== 0 || tests[number]?.(frame)) holding.push(number)
      }
    }
  }
  return (frame) => {
    const standings: (Standing | undefined)[] = []
    return (group) => {
      const holding: number[] = []
      const [own, ownTests] = [parts[group], tests[group]]
      if (own === undefined || ownTests === undefined) return holding
      for (const part of own) {
        const standing = standings[part.block] ?? blocks[part.block]?.standing(frame)
        if (standing === undefined) continue
        standings[part.block] = standing
        look(part, ownTests, standing, frame, holding)
      }
      return holding
    }
  }
}
