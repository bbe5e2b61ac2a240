import { hash } from 'node:crypto'
import { compareText } from '../profile/order.ts'
import { type Candidate, never, type SlotVerdict } from '../rules/program.ts'
import type { Offer } from '../rules/registry.ts'
import { type Allowance, allowance, type Uses } from './cap.ts'
import type { Counts, Decision, Finalist } from './decision.ts'

export interface Question {
  readonly slot: string
  /** The slot's hold in milliseconds. */
  readonly holdMs: number
  readonly verdict: SlotVerdict
  /** The slot's present decision, or null. */
  readonly incumbent: Decision | null
  readonly uses: Uses
  /** What ties hash: the profile's unit. */
  readonly unit: string
  readonly at: number
}
export interface Ruling {
  readonly winner: Candidate | null
  /** The incumbent stays: nothing is to be written. */
  readonly held: boolean
  readonly finalists: readonly Finalist[]
  readonly counts: Counts
  /** When this may change by itself, beside what the evaluation already says. */
  readonly until: number
}

const shownFinalists = 5
const tieOf = ({ slot, unit }: Question, { rule }: Candidate): string =>
  hash('sha256', `tie\0${slot}\0${unit}\0${rule.key}`)

/** Highest tier, then score, then a hash of slot, unit and rule: the same on every machine and at every time. */
const byRank =
  (question: Question) =>
  (a: Candidate, b: Candidate): number =>
    b.rule.tier - a.rule.tier || b.score - a.score || compareText(tieOf(question, a), tieOf(question, b))

const isOf = (decision: Decision | null, candidate: Candidate): boolean =>
  decision !== null && decision.rule === candidate.rule.key && decision.offer === candidate.offer.key

const lostBy = (candidate: Candidate, winner: Candidate, held: boolean): Finalist['lost'] => {
  if (candidate === winner) return null
  if (candidate.rule.tier < winner.rule.tier) return 'tier'
  if (held) return 'held'
  return candidate.score < winner.score ? 'score' : 'tie'
}
const finalist = (candidate: Candidate, lost: Finalist['lost']): Finalist => ({
  rule: candidate.rule.key,
  offer: candidate.offer.key,
  tier: candidate.rule.tier,
  score: candidate.score,
  lost,
})

const countsOf = (verdict: SlotVerdict, capped: number): Counts => {
  const dropped = { schedule: 0, validity: 0, eligible: 0, content: 0 }
  for (const { stage } of verdict.dropped) dropped[stage] += 1
  return {
    considered: verdict.candidates.length + verdict.dropped.length + verdict.notInAudience,
    audience: verdict.notInAudience,
    ...dropped,
    cap: capped,
  }
}

/** The incumbent's own reservation is taken already: a cap never ends it. */
const capOf = (candidate: Candidate, question: Question): Allowance =>
  isOf(question.incumbent, candidate)
    ? { allowed: true, until: never }
    : allowance(candidate.offer satisfies Offer, question.uses, question.at)

/**
 * One slot, one answer. Eligible rules within their caps -> highest tier -> score -> stable hash. The incumbent stays
 * for the slot's hold while it is eligible, unless a higher tier claims the slot; after that the best one wins, and
 * if that is the incumbent again nothing changes.
 */
export const arbitrate = (question: Question): Ruling => {
  const judged = question.verdict.candidates.map((candidate) => ({ candidate, cap: capOf(candidate, question) }))
  const ranked = judged
    .filter(({ cap }) => cap.allowed)
    .map(({ candidate }) => candidate)
    .sort(byRank(question))
  const capped = judged.filter(({ cap }) => !cap.allowed).map(({ candidate }) => candidate)
  const capUntil = judged.reduce((until, { cap }) => Math.min(until, cap.until), never)
  const counts = countsOf(question.verdict, capped.length)
  const cappedFinalists = capped.map((candidate) => finalist(candidate, 'cap'))
  const best = ranked[0]
  if (best === undefined) return { winner: null, held: false, finalists: cappedFinalists, counts, until: capUntil }

  const incumbent = ranked.find((candidate) => isOf(question.incumbent, candidate))
  const heldUntil = (question.incumbent?.since ?? 0) + question.holdMs
  const holds = incumbent !== undefined && best.rule.tier === incumbent.rule.tier && question.at < heldUntil
  const winner = holds ? incumbent : best
  const overruled = holds && winner !== best
  return {
    winner,
    held: winner === incumbent,
    finalists: [
      ...ranked.slice(0, shownFinalists).map((candidate) => finalist(candidate, lostBy(candidate, winner, holds))),
      ...cappedFinalists,
    ].slice(0, shownFinalists),
    counts,
    until: Math.min(capUntil, overruled ? heldUntil : never),
  }
}
