import type { ConsentClaim, Edge } from './component.ts'
import { disjointSets } from './disjoint-sets.ts'
import type { Message } from './message.ts'
import { type Compare, compareText, greatest, groupBy, sortedByKey } from './order.ts'
import type { Consent } from './profile.ts'
import { remembered } from './remembered.ts'
import type { ProfileSettings } from './settings.ts'

/** Claims in the same place are one source's statements of one choice. */
export const byChoice: Compare<ConsentClaim> = (a, b) =>
  compareText(a.node, b.node) || compareText(a.purpose, b.purpose) || compareText(a.source, b.source)

const isDenial = (claim: ConsentClaim): number => (claim.granted ? 0 : 1)
/** The later choice is the greater; of two at one instant the denial. */
const byRecency: Compare<ConsentClaim> = (a, b) => a.at - b.at || isDenial(a) - isDenial(b)
const byRestriction: Compare<ConsentClaim> = (a, b) => isDenial(a) - isDenial(b) || a.at - b.at

export const joinConsents = (a: ConsentClaim, b: ConsentClaim): ConsentClaim => (byRecency(a, b) < 0 ? b : a)

/** A message's choices, as statements about a node, sorted. */
export const consentClaims = (node: string, message: Message): readonly ConsentClaim[] =>
  Object.entries(message.consents)
    .map(([purpose, granted]) => ({ node, purpose, granted, source: message.source, at: message.at }))
    .sort(byChoice)

/**
 * The choices that stand after all: a person who chooses replaces every choice of the nodes joined with theirs by then,
 * and joining two people keeps both their choices. Walks through event time, so it asks nothing of the order of arrival.
 */
const standingChoices = (choices: readonly ConsentClaim[], edges: readonly Edge[]): readonly ConsentClaim[] => {
  const circles = disjointSets<readonly ConsentClaim[]>(
    () => [],
    (a, b) => [...a, ...b],
  )
  const links = edges.toSorted((a, b) => b.firstAt - a.firstAt)
  const joinUntil = (at: number): void => {
    for (let next = links.at(-1); next !== undefined && next.firstAt <= at; next = links.at(-1)) {
      circles.join(next.a, next.b)
      links.pop()
    }
  }
  for (const choice of choices.toSorted(byRecency)) {
    joinUntil(choice.at)
    circles.set(choice.node, [choice])
  }
  joinUntil(Number.POSITIVE_INFINITY)
  return [...circles.values()].flat()
}

const choose = (choices: readonly ConsentClaim[], edges: readonly Edge[]): Consent | undefined => {
  const one = choices.every((choice) => choice.node === choices[0]?.node)
  return one ? greatest(choices, byRecency) : greatest(standingChoices(choices, edges), byRestriction)
}

/**
 * What one customer may be told, by purpose: the latest choice; where two histories were joined, the most restrictive
 * until the person chooses again; profile.yaml's default where nobody has said.
 */
export const consentsByPurpose = remembered(
  (
    claims: readonly ConsentClaim[],
    edges: readonly Edge[],
    settings: ProfileSettings,
  ): ReadonlyMap<string, Consent> => {
    const consents = new Map<string, Consent>()
    for (const [purpose, { default: state }] of Object.entries(settings.consents)) {
      consents.set(purpose, { granted: state === 'granted', at: null, source: null })
    }
    for (const [purpose, choices] of groupBy(claims, (claim) => claim.purpose)) {
      const choice = choose(choices, edges)
      if (choice) consents.set(purpose, { granted: choice.granted, at: choice.at, source: choice.source })
    }
    return sortedByKey(consents)
  },
)
