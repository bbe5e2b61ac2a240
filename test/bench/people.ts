import { chance } from '../../scripts/samples/chance.ts'
import { traitsOf } from './rules.ts'

export type KnownTraits = Readonly<Record<string, unknown>>

/** What is known of so many customers. */
export const peopleOf = (count: number): readonly KnownTraits[] => {
  const random = chance(5)
  return Array.from({ length: count }, () => traitsOf(random))
}
