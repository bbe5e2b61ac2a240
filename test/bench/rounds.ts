import { type Spread, spreadOf } from './figure.ts'
import { sized } from './size.ts'

export const roundCount = sized(5, 1)

/**
 * Runs all cases in turn, round after round, so that whatever else the machine does meets all of them alike. Each gives
 * what one round of it cost. The first round warms up and is thrown away.
 */
export const inRounds = async <Name extends string>(
  cases: Readonly<Record<Name, (round: number) => Promise<number>>>,
  count = roundCount,
): Promise<(name: Name) => Spread> => {
  const costs = new Map<string, number[]>()
  for (let round = 0; round <= count; round++)
    for (const [name, run] of Object.entries<(round: number) => Promise<number>>(cases)) {
      const cost = await run(round)
      if (round > 0) costs.set(name, [...(costs.get(name) ?? []), cost])
    }
  return (name) => spreadOf(costs.get(name) ?? [])
}
