import type { ConsentClaim, Edge } from './component.ts'
import type { Message } from './message.ts'
import { type Compare, compareText, greatest, groupBy, sortedByKey } from './order.ts'
import type { Consent } from './profile.ts'
import type { ProfileSettings } from './settings.ts'

/** A message's choices, as statements about a node, sorted. */
export const consentClaims = (node: string, message: Message): readonly ConsentClaim[] =>
  Object.entries(message.consents)
    .map(([purpose, granted]) => ({ node, purpose, granted, source: message.source, at: message.at }))
    .sort(byChoice)

/** Claims in the same place are one source's statements of one choice. */
export const byChoice: Compare<ConsentClaim> = (a, b) =>
  compareText(a.node, b.node) || compareText(a.purpose, b.purpose) || compareText(a.source, b.source)

const isDenial = (claim: ConsentClaim): number => (claim.granted ? 0 : 1)
/** The later choice is the greater; of two at one instant the denial. */
const byRecency: Compare<ConsentClaim> = (a, b) => a.at - b.at || isDenial(a) - isDenial(b)
const byRestriction: Compare<ConsentClaim> = (a, b) => isDenial(a) - isDenial(b) || a.at - b.at

export const joinConsents = (a: ConsentClaim, b: ConsentClaim): ConsentClaim => (byRecency(a, b) < 0 ? b : a)

/** The latest choice on each node; where they differ, the most restrictive, unless the person chose again since the nodes were joined. */
const choose = (claims: readonly ConsentClaim[], joinedAt: number): Consent | undefined => {
  const latest = greatest(claims, byRecency)
  if (latest === undefined || latest.at >= joinedAt) return latest
  const perNode = groupBy(claims, (claim) => claim.node).values()
  return greatest([...perNode].flatMap((choices) => greatest(choices, byRecency) ?? []), byRestriction)
}

/** What one customer may be told: their own choices, and profile.yaml's default where they have not said. */
export const consentsByPurpose = (
  claims: readonly ConsentClaim[],
  edges: readonly Edge[],
  settings: ProfileSettings,
): ReadonlyMap<string, Consent> => {
  const joinedAt = edges.reduce((latest, edge) => Math.max(latest, edge.firstAt), Number.NEGATIVE_INFINITY)
  const consents = new Map<string, Consent>()
  for (const [purpose, { default: state }] of Object.entries(settings.consents)) {
    consents.set(purpose, { granted: state === 'granted', at: null, source: null })
  }
  for (const [purpose, choices] of groupBy(claims, (claim) => claim.purpose)) {
    const choice = choose(choices, joinedAt)
    if (choice) consents.set(purpose, { granted: choice.granted, at: choice.at, source: choice.source })
  }
  return sortedByKey(consents)
}
