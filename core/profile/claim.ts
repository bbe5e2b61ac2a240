import type { Claim } from './component.ts'
import { own } from './json.ts'
import type { Message } from './message.ts'
import { type Compare, compareText } from './order.ts'
import type { ProfileSettings, TraitStrategy } from './settings.ts'
import { survivalOrder } from './survivorship.ts'
import { typedValue } from './typed-value.ts'

/** Traits that profile.yaml does not declare are kept, and survive in the default way. */
export const strategyOf = (settings: ProfileSettings, trait: string): TraitStrategy =>
  own(settings.traits, trait)?.strategy ?? 'source_rank_then_recent'

const isEmpty = (value: unknown): boolean => value === '' || (Array.isArray(value) && value.length === 0)

/** What a source's value says of a trait: undefined is nothing, because it is not of the declared type, or empty where that counts as silence. */
const statedValue = (settings: ProfileSettings, trait: string, value: unknown): unknown => {
  const declared = own(settings.traits, trait)
  if (declared === undefined || value === null) return value
  if (declared.strategy === 'non_empty' && isEmpty(value)) return undefined
  return typedValue(declared.type, value)
}

/** Hexadecimal digits of the message's hash that break ties: 64 bits, for every claim of every customer stores them. */
const tieBreakLength = 16

/** A message's statements about a node, sorted. */
export const claimsOf = (node: string, message: Message, settings: ProfileSettings): readonly Claim[] => {
  const { source, at } = message
  const hash = message.hash.slice(0, tieBreakLength)
  const claims: Claim[] = []
  for (const trait of [...message.traits.keys()].sort()) {
    const value = statedValue(settings, trait, message.traits.get(trait))
    if (value !== undefined) claims.push({ node, trait, source, value, at, hash })
  }
  return claims
}

/** Claims in the same place are statements of one source about one trait of one node: a register. */
export const byRegister: Compare<Claim> = (a, b) =>
  compareText(a.node, b.node) || compareText(a.trait, b.trait) || compareText(a.source, b.source)

/** Which of two claims in one register stands. */
export const joinClaims =
  (settings: ProfileSettings) =>
  (a: Claim, b: Claim): Claim =>
    survivalOrder(strategyOf(settings, a.trait))(a, b) < 0 ? b : a
