import { durationMs } from '../../profile/settings.ts'
import { type Operators, operatorNames } from '../leaf.ts'
import { spanOf } from '../moment.ts'
import type { Zone } from '../zone.ts'

const edgesOfOperand = (operand: unknown, zone: Zone): readonly number[] => {
  if (typeof operand === 'number') return [operand]
  const span = typeof operand === 'string' ? spanOf(operand, zone) : null
  return span === null ? [] : [span.start, span.end]
}
const edgesOfWindow = (width: string | undefined, at: number): readonly number[] =>
  width === undefined ? [] : [at - durationMs(width), at, at + durationMs(width)]

/** The numbers and instants at which the answer of a leaf's operators can change, at an instant; some of them in vain. */
export const edgesOf = (operators: Operators, zone: Zone, at: number): readonly number[] => [
  ...operatorNames.flatMap((name) => [operators[name]].flat()).flatMap((operand) => edgesOfOperand(operand, zone)),
  ...edgesOfWindow(operators.withinLast, at),
  ...edgesOfWindow(operators.withinNext, at),
]
