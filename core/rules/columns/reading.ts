import { own } from '../../profile/json.ts'
import type { Condition, EventLeaf, TraitLeaf } from '../condition.ts'
import type { Frame, Value } from '../frame.ts'
import { leavesOf } from '../leaves.ts'
import { isTime } from '../operators.ts'
import { compileCondition, type Ground } from '../predicate.ts'
import { never } from '../program.ts'
import { type Reader, readInstant, readTrait, traitType } from '../traits.ts'
import { createCodeCells } from './code-cells.ts'
import { type Change, type Column, createColumn } from './column.ts'
import { createListColumn } from './list-column.ts'
import { createNumberCells } from './number-cells.ts'

/** What has a column: a trait, or a leaf that is kept as whether it holds. */
export type Subject = { readonly trait: string } | { readonly consent: string } | EventLeaf

/** The columns' name of a subject: the same for all conditions that ask the same. */
export const nameOf = (subject: Subject): string =>
  'trait' in subject ? JSON.stringify({ trait: subject.trait }) : JSON.stringify(subject)

const bare = (leaf: TraitLeaf): Subject => ({ trait: leaf.trait })

/** All that conditions ask of a customer, through the segments that they name. */
export const subjectsOf = (
  conditions: readonly Condition[],
  segments: ReadonlyMap<string, Condition>,
): ReadonlyMap<string, Subject> => {
  const subjects = new Map<string, Subject>()
  const named = new Set<string>()
  const walk = (condition: Condition): void => {
    for (const { leaf } of leavesOf(condition)) {
      if ('segment' in leaf) follow(leaf.segment)
      else if (!('context' in leaf)) {
        const subject = 'trait' in leaf ? bare(leaf) : leaf
        subjects.set(nameOf(subject), subject)
      }
    }
  }
  const follow = (segment: string): void => {
    const when = segments.get(segment)
    if (named.has(segment) || when === undefined) return
    named.add(segment)
    walk(when)
  }
  for (const condition of conditions) walk(condition)
  return subjects
}

/** How a subject is read out of a profile, and the column that keeps it. */
export interface Reading {
  readonly read: Reader
  readonly column: Column
}

const readingOfTrait = (path: string, { settings, slots, zone }: Ground): Reading => {
  const type = traitType(path, settings)
  const read = readTrait(path, settings, slots)
  if (isTime(type))
    return { read: readInstant(path, settings, slots, zone), column: createColumn(createNumberCells('instant')) }
  if (type === 'list' || own(settings.traits, path)?.strategy === 'set_union')
    return { read, column: createListColumn() }
  return { read, column: createColumn(type === 'number' ? createNumberCells('number') : createCodeCells()) }
}

export const readingOf = (subject: Subject, ground: Ground): Reading =>
  'trait' in subject
    ? readingOfTrait(subject.trait, ground)
    : { read: compileCondition(subject, ground), column: createColumn(createCodeCells()) }

/** What becomes of a value by itself; `known` is when that was cut short, and the rest has to be read anew. */
export interface Future {
  readonly changes: readonly Change[]
  readonly known: number
}
const settled: Future = { changes: [], known: never }

/** Follows a value from one change to the next, `most` of them. */
export const futureOf = (
  read: Reader,
  value: Value,
  until: number,
  most: number,
  frameAt: (at: number) => Frame,
): Future => {
  if (until === never) return settled
  const changes: Change[] = []
  let [last, next] = [value, until]
  while (next < never) {
    if (changes.length === most) return { changes, known: next }
    const frame = frameAt(next)
    const then = read(frame)
    if (!Object.is(then, last)) changes.push({ at: next, value: then })
    ;[last, next] = [then, frame.until]
  }
  return { changes, known: never }
}
