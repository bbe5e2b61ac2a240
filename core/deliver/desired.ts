import type { FieldValue } from '../contract/value.ts'
import type { Decision } from '../decide/decision.ts'
import type { Profile } from '../profile/profile.ts'
import type { Evaluation, Program } from '../rules/program.ts'
import type { ChannelPlan } from './channel.ts'
import { inOfferScope } from './cohort.ts'
import type { Desired } from './contact.ts'
import { allowedTraits, type MapLine, type Source } from './map.ts'

/** A profile at an instant, with its slots' answers. */
export interface Standpoint {
  readonly program: Program
  readonly profile: Profile
  readonly evaluation: Evaluation
  /** By slot. */
  readonly decisions: ReadonlyMap<string, Decision>
  /** The rollouts of this connector that the profile was drawn into; null: no rollout limits what is written. */
  readonly scopes: readonly NonNullable<ChannelPlan['rollouts'][number]['settings']['offers']>[] | null
}
interface Shown {
  readonly offer: string | null
  readonly decision: Decision | null
  readonly fields: Readonly<Record<string, string>>
}

/** A trait as a tool's field holds it: scalars as they are, lists joined, anything else as JSON. */
const asField = (value: unknown): FieldValue => {
  if (value === undefined || value === null) return null
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return Array.isArray(value) ? value.join(', ') : JSON.stringify(value)
}

/** Where a rollout names offers, a placement whose decision is none of them is left as it is. */
const outOfScope = (point: Standpoint, decision: Decision | undefined): boolean => {
  if (point.scopes === null || point.scopes.length === 0) return false
  const offer = decision && point.program.offers.get(decision.offer)
  return offer === undefined || !point.scopes.some((scope) => inOfferScope(scope, offer))
}

/** What a placement shows: its slot's decision, or, where the channel has no content for that, the neutral fallback; null: left alone. */
const shownAt = (point: Standpoint, placement: string, allowed: ReadonlySet<string>): Shown | null => {
  const { program, evaluation, decisions } = point
  const decision = decisions.get(program.placements.get(placement)?.slot ?? '')
  if (outOfScope(point, decision)) return null
  const locale = point.profile.traits.get('locale')?.value
  const wanted = typeof locale === 'string' ? locale : null
  const value = (trait: string) => (allowed.has(trait) ? evaluation.trait(trait) : undefined)
  const content = decision && program.render(decision.offer, placement, wanted, value)
  if (decision && content) return { offer: decision.offer, decision, fields: content.fields }
  return { offer: null, decision: null, fields: program.fallback(placement, wanted).fields }
}

const partOf = (shown: Shown, part: string, revision: string): FieldValue => {
  switch (part) {
    case 'offer':
      return shown.offer
    case 'decisionId':
      return shown.decision?.id ?? null
    case 'revision':
      return revision
    default:
      return shown.fields[part] ?? null
  }
}

/** What the tool should hold for this profile: exactly the lines of the map that the hub owns, nothing else. */
export const desiredOf = (point: Standpoint, plan: ChannelPlan): Desired => {
  const allowed = allowedTraits(plan.lines)
  const placements = new Map<string, Shown | null>()
  const shown = (placement: string): Shown | null => {
    const known = placements.get(placement)
    if (known !== undefined) return known
    const fresh = shownAt(point, placement, allowed)
    placements.set(placement, fresh)
    return fresh
  }
  const fieldOf = (source: Source): FieldValue | undefined => {
    switch (source.kind) {
      case 'trait':
        return asField(point.evaluation.trait(source.path))
      case 'segment':
        return point.evaluation.inSegment(source.segment)
      case 'consent':
        return point.profile.consents.get(source.purpose)?.granted === true
      case 'controlled':
        return true
      case 'placement': {
        const answer = shown(source.placement)
        return answer === null ? undefined : partOf(answer, source.part, point.program.revision)
      }
      default:
        return source satisfies never
    }
  }
  const locale = point.profile.traits.get('locale')?.value
  const written = (as: string, value: FieldValue): FieldValue =>
    value === null ? null : point.program.transform(as, typeof locale === 'string' ? locale : null, value)
  const fields: Record<string, FieldValue> = {}
  const memberships: Desired['memberships'][number][] = []
  for (const { source, target } of [...plan.lines].sort(byTarget)) {
    if (target.kind === 'field' && target.owner === 'tool') continue
    const value = fieldOf(source)
    if (value === undefined) continue
    if (target.kind === 'field') fields[target.field] = target.as === undefined ? value : written(target.as, value)
    else memberships.push({ ...target.membership, member: value === true })
  }
  const offers = [...placements].flatMap(([placement, answer]) =>
    answer === null ? [] : [[placement, answer.offer] as const],
  )
  return { fields, memberships, offers: Object.fromEntries(offers) }
}

const nameOf = ({ target }: MapLine): string =>
  target.kind === 'field' ? target.field : `${target.membership.kind}/${target.membership.name}`
const byTarget = (a: MapLine, b: MapLine): number => (nameOf(a) < nameOf(b) ? -1 : 1)

/** Our fields emptied and our memberships left: what remains when we may no longer speak here. */
export const cleared = (lines: readonly MapLine[]): Desired => {
  const fields: Record<string, FieldValue> = {}
  const memberships: Desired['memberships'][number][] = []
  for (const { target } of [...lines].sort(byTarget)) {
    if (target.kind === 'membership') memberships.push({ ...target.membership, member: false })
    else if (target.owner === 'hub') fields[target.field] = null
  }
  return { fields, memberships, offers: {} }
}
