import { strategyOf } from './claim.ts'
import type { Claim } from './component.ts'
import { canonicalJson, own } from './json.ts'
import { type Compare, compareText, greatest, groupBy, sortedByKey } from './order.ts'
import type { Trait } from './profile.ts'
import { remembered } from './remembered.ts'
import { durationMs, type ProfileSettings, type TraitStrategy } from './settings.ts'
import { byRecency, survivalOrder } from './survivorship.ts'

type SourceRank = (source: string) => number
type Precedence = (claims: readonly Claim[], sourceRank: SourceRank) => Compare<Claim>

const byRank: Precedence = (_, sourceRank) => (a, b) => sourceRank(a.source) - sourceRank(b.source) || byRecency(a, b)

const byFrequency: Precedence = (claims) => {
  const holders = groupBy(claims, (claim) => canonicalJson(claim.value))
  const count = (claim: Claim): number => holders.get(canonicalJson(claim.value))?.length ?? 0
  return (a, b) => count(a) - count(b) || byRecency(a, b)
}

/** Which source's statement wins: the greater. */
const precedence: Readonly<Record<TraitStrategy, Precedence>> = {
  source_rank_then_recent: byRank,
  non_empty: byRank,
  most_recent: () => byRecency,
  set_union: () => byRecency,
  oldest: () => survivalOrder('oldest'),
  max: () => survivalOrder('max'),
  min: () => survivalOrder('min'),
  most_frequent_over_sources: byFrequency,
}

/** Each source's one statement about the customer, on whichever of their nodes it was made. A withdrawal says nothing. */
const statements = (claims: readonly Claim[], strategy: TraitStrategy): readonly Claim[] => {
  const order = survivalOrder(strategy)
  const perSource = [...groupBy(claims, (claim) => claim.source).values()]
  return perSource.flatMap((said) => greatest(said, order) ?? []).filter((claim) => claim.value !== null)
}

/** Without those so old that any younger one beats them. Measured from the newest statement, so that the answer needs no clock. */
const fresh = (claims: readonly Claim[], maxAge: string | undefined): readonly Claim[] => {
  if (maxAge === undefined) return claims
  const newest = Math.max(...claims.map((claim) => claim.at))
  return claims.filter((claim) => claim.at >= newest - durationMs(maxAge))
}

/** Every element that any claim states, once, sorted by its JSON. */
const union = (claims: readonly Claim[]): readonly unknown[] => {
  const elements = claims.flatMap<unknown>((claim) => (Array.isArray(claim.value) ? claim.value : [claim.value]))
  const distinct = new Map(elements.map((element) => [canonicalJson(element), element]))
  return [...distinct].sort(([a], [b]) => compareText(a, b)).map(([, element]) => element)
}

const traitOf = (
  path: string,
  claims: readonly Claim[],
  settings: ProfileSettings,
  sourceRank: SourceRank,
): Trait | undefined => {
  const strategy = strategyOf(settings, path)
  const [only, ...others] = claims
  if (only !== undefined && others.length === 0 && strategy !== 'set_union')
    return only.value === null ? undefined : { value: only.value, source: only.source, at: only.at, conflicts: 0 }
  const stated =
    strategy === 'set_union' ? claims.filter((claim) => claim.value !== null) : statements(claims, strategy)
  const candidates = fresh(stated, own(settings.traits, path)?.maxAge)
  const winner = greatest(candidates, precedence[strategy](candidates, sourceRank))
  if (winner === undefined) return undefined
  const { source, at } = winner
  if (strategy === 'set_union') return { value: union(candidates), source, at, conflicts: 0 }
  const text = canonicalJson(winner.value)
  const conflicts = stated.filter((claim) => canonicalJson(claim.value) !== text).length
  return { value: winner.value, source, at, conflicts }
}

/** One customer's traits: of all that their sources state, what each trait's strategy lets win. */
export const traitsByPath = remembered(
  (claims: readonly Claim[], settings: ProfileSettings, sourceRank: SourceRank): ReadonlyMap<string, Trait> => {
    const traits = new Map<string, Trait>()
    for (const [path, stated] of groupBy(claims, (claim) => claim.trait)) {
      const trait = traitOf(path, stated, settings, sourceRank)
      if (trait) traits.set(path, trait)
    }
    return sortedByKey(traits)
  },
)
