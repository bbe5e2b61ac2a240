import type { Condition } from './condition.ts'
import { leavesOf } from './leaves.ts'
import type { Problem } from './problem.ts'
import type { Segment } from './registry.ts'

const referred = (when: Condition): readonly string[] =>
  leavesOf(when).flatMap(({ leaf }) => ('segment' in leaf ? leaf.segment : []))

/** The ways round in which segments contain themselves, each once. */
const cyclesOf = (references: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] => {
  const done = new Set<string>()
  const follow = (key: string, trail: readonly string[]): readonly (readonly string[])[] => {
    if (trail.includes(key)) return [[...trail.slice(trail.indexOf(key)), key]]
    if (done.has(key)) return []
    const found = (references.get(key) ?? []).flatMap((next) => follow(next, [...trail, key]))
    done.add(key)
    return found
  }
  return [...references.keys()].flatMap((key) => follow(key, []))
}

/** Segments that contain themselves, and such as read a request: who a customer is cannot depend on it. */
export const checkSegments = (segments: readonly Segment[]): readonly Problem[] => {
  const references = new Map(segments.map(({ key, when }) => [key, referred(when)]))
  const cycles = cyclesOf(references).map((cycle) => ({
    path: ['segments', segments.findIndex(({ key }) => key === cycle[0]), 'when'],
    message: `contains itself: ${cycle.join(' -> ')}`,
    found: cycle[0],
  }))
  const requests = segments.flatMap(({ when }, index) =>
    leavesOf(when, ['segments', index, 'when']).flatMap(({ leaf, path }) =>
      'context' in leaf
        ? [
            {
              path: [...path, 'context'],
              message: 'a segment cannot read a request: put this into the rule',
              found: leaf.context,
            },
          ]
        : [],
    ),
  )
  return [...cycles, ...requests]
}
