import type { Chance } from '../simulation/chance.ts'
import { type FaultName, faultNames } from '../support/rough/fault.ts'

/** What goes wrong with a tool for a while: single requests, its credential, or all of it. */
export const troubles = [...faultNames, 'wrong key', 'dead'] as const
export type Trouble = FaultName | 'wrong key' | 'dead'
export interface Episode {
  readonly trouble: Trouble
  /** Epoch ms; `to` is not in it any more. */
  readonly from: number
  readonly to: number
  /** Of the requests meanwhile. */
  readonly share: number
}
const minuteMs = 60_000

const shareOf = (trouble: Trouble, chance: Chance): number => (trouble === 'wrong key' ? 1 : chance.int(10, 30) / 100)

/** One episode of every trouble but death for one tool, somewhere between two instants. */
export const badWeek = (chance: Chance, from: number, to: number): readonly Episode[] =>
  chance.shuffled(troubles.filter((trouble) => trouble !== 'dead')).map((trouble) => {
    const lasts = chance.int(20, 60) * minuteMs
    const begins = chance.int(from, to - lasts)
    return { trouble, from: begins, to: begins + lasts, share: shareOf(trouble, chance) }
  })

/** What a request meets that comes at this instant; the first episode that strikes is the one that counts. */
export const struck = (episodes: readonly Episode[], at: number, chance: Chance): Episode | null =>
  episodes.find(({ from, to, share }) => from <= at && at < to && chance.often(share)) ?? null
