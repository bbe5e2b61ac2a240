import { hash } from 'node:crypto'
import type { Profile } from '../profile/profile.ts'
import { durationMs } from '../profile/settings.ts'
import { type Evaluation, never, type Program } from '../rules/program.ts'
import { arbitrate, type Ruling } from './arbitrate.ts'
import type { Uses } from './cap.ts'
import { type Decision, packTrace } from './decision.ts'

/** What a profile's slots come to at an instant. */
export interface Answers {
  /** By slot; a slot without an entry has no offer. */
  readonly current: ReadonlyMap<string, Decision>
  readonly rulings: ReadonlyMap<string, Ruling>
  /** New decisions, to be stored. */
  readonly made: readonly Decision[]
  /** Decisions that end now: lost, ineligible, or a merge brought two. */
  readonly ended: readonly Decision[]
  /** When any of this may change by itself. */
  readonly until: number
}

const decisionId = (node: string, slot: string, offer: string, rule: string, since: number): string =>
  hash('sha256', `decision\0${node}\0${slot}\0${offer}\0${rule}\0${since}`).slice(0, 24)

/** Of several incumbents that a merge brought together, the one that stays: (tier, score, since, id). */
const incumbentOf = (decisions: readonly Decision[]): Decision | null =>
  [...decisions].sort(
    (a, b) => b.tier - a.tier || b.score - a.score || a.since - b.since || (a.id < b.id ? -1 : 1),
  )[0] ?? null

/** Counts what is decided in this very call as well: `made` grows with it. */
const usesOf = (decisions: readonly Decision[], made: readonly Decision[], total: Uses['total']): Uses => {
  const isOf = (offer: string) => (decision: Decision) => decision.offer === offer
  return {
    ofCustomer: (offer) => [...decisions, ...made].filter(isOf(offer)).map(({ since }) => since),
    total: (offer) => total(offer) + made.filter(isOf(offer)).length,
  }
}

const decided = (
  profile: Profile,
  slot: string,
  ruling: Ruling,
  evaluation: Evaluation,
  revision: string,
): Decision | null => {
  if (ruling.winner === null) return null
  const { rule, offer, score } = ruling.winner
  return {
    id: decisionId(profile.id, slot, offer.key, rule.key, evaluation.at),
    node: profile.id,
    slot,
    offer: offer.key,
    rule: rule.key,
    revision,
    tier: rule.tier,
    score,
    since: evaluation.at,
    endedAt: null,
    trace: packTrace({ segments: evaluation.segments(), finalists: ruling.finalists, counts: ruling.counts }),
  }
}

/**
 * Decides every stored slot of one profile. Pure: `decisions` are all that hang on its identifiers, ended ones too;
 * `total` counts an offer's decisions over everybody, this batch's included.
 */
export const decide = (
  program: Program,
  profile: Profile,
  evaluation: Evaluation,
  decisions: readonly Decision[],
  total: Uses['total'],
): Answers => {
  const current = new Map<string, Decision>()
  const rulings = new Map<string, Ruling>()
  const made: Decision[] = []
  const ended: Decision[] = []
  let until = never
  const open = decisions.filter((decision) => decision.endedAt === null)
  const uses = usesOf(decisions, made, total)
  for (const slot of program.slots.values()) {
    if (slot.scope === 'request') continue
    const incumbent = incumbentOf(open.filter((decision) => decision.slot === slot.key))
    const ruling = arbitrate({
      slot: slot.key,
      holdMs: slot.hold === undefined ? 0 : durationMs(slot.hold),
      verdict: evaluation.slot(slot.key),
      incumbent,
      uses,
      unit: profile.unit,
      at: evaluation.at,
    })
    rulings.set(slot.key, ruling)
    until = Math.min(until, ruling.until)
    const next = ruling.held ? incumbent : decided(profile, slot.key, ruling, evaluation, program.revision)
    if (next !== null) current.set(slot.key, next)
    if (next !== null && !ruling.held) made.push(next)
  }
  const standing = new Set([...current.values()].map((decision) => decision.id))
  for (const decision of open) if (!standing.has(decision.id)) ended.push({ ...decision, endedAt: evaluation.at })
  return { current, rulings, made, ended, until: Math.min(until, evaluation.until()) }
}
