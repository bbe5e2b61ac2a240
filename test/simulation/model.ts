import type { FieldValue } from '../../core/contract/value.ts'
import type { Decision } from '../../core/decide/decision.ts'
import { draw } from '../../core/deliver/cohort.ts'
import { computedTrait } from '../../core/profile/computed.ts'
import type { Profile } from '../../core/profile/profile.ts'
import type { Condition } from '../../core/rules/condition.ts'
import type { Registry, Rule } from '../../core/rules/registry.ts'
import { refers } from '../core/rules/reference.ts'
import { settings, type ToolName, timezone, type Variation } from './hub-config.ts'

/** One customer at an instant, under a registry: all that the naive reading needs. */
export interface Moment {
  readonly profile: Profile
  readonly at: number
  readonly registry: Registry
}

const reads = (condition: Condition, { profile, at, registry }: Moment): boolean => {
  const segments = new Map(registry.segments.map(({ key, when }) => [key, when]))
  return refers(condition, { profile, at, timezone, segments })
}
export const segmentsOf = (moment: Moment): readonly string[] =>
  moment.registry.segments.flatMap(({ key, when }) => (reads(when, moment) ? [key] : []))

const wallClock = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, hour: '2-digit', minute: '2-digit' })
const isOpen = ({ schedule }: Rule, at: number): boolean => {
  const [from, to] = schedule?.hours?.split('-') ?? []
  if (from === undefined || to === undefined) return true
  const now = wallClock.format(at)
  return from < to ? from <= now && now < to : now >= from || now < to
}
/** Whether a rule lets its offer be given, limits apart. */
export const isEligible = (rule: Rule, moment: Moment): boolean => {
  const offer = moment.registry.offers.find(({ key }) => key === rule.offer)
  const open = offer?.eligible === undefined || reads(offer.eligible, moment)
  return offer !== undefined && open && reads(rule.when, moment) && isOpen(rule, moment.at)
}

/** Whether a tool's map, consent and scope let the hub speak to this customer there. */
export const isAddressed = (tool: ToolName, moment: Moment): boolean => {
  const consents = tool === 'site' || moment.profile.consents.get('email')?.granted === true
  return consents && (tool !== 'crm' || moment.profile.traits.get('country')?.value !== 'FR')
}
export const isInCohort = ({ profile }: Moment, { percent }: Variation): boolean => {
  const [first] = [...profile.nodes].sort((a, b) => a.firstAt - b.firstAt || (a.id < b.id ? -1 : 1))
  return draw('rollout', 'first', first?.id ?? '') < percent / 100
}

const headline = (decision: Decision | undefined, { profile, registry }: Moment): string => {
  const german = profile.traits.get('locale')?.value === 'de-DE'
  const texts = registry.offers.find(({ key }) => key === decision?.offer)?.content.default
  const text = texts?.[german ? 'de-DE' : 'en-GB']?.headline ?? (german ? 'Neu bei uns' : 'New in')
  return text.replace('{{ firstName | default: "du" }}', String(profile.traits.get('firstName')?.value ?? 'du'))
}
/** What a tool should hold for a customer in the fields that are ours, by the letter of its map. */
export const fieldsFor = (
  tool: ToolName,
  moment: Moment,
  decisions: readonly Decision[],
  { lines }: Variation,
): Readonly<Record<string, FieldValue>> => {
  const { profile, at } = moment
  const decision = decisions.find(({ slot }) => slot === (tool === 'crm' ? 'side' : 'lead'))
  const name = profile.traits.get('firstName')?.value
  const orders = settings.computed.orders
  return {
    NAME: typeof name === 'string' ? name : null,
    ...(lines === 'all' && orders !== undefined ? { ORDERS: Number(computedTrait(profile, orders, at).value) } : {}),
    HEAD: headline(decision, moment),
    OFFER: decision?.offer ?? null,
    DEC: decision?.id ?? null,
  }
}
export const mappedFields = ({ lines }: Variation): readonly string[] =>
  lines === 'all' ? ['NAME', 'ORDERS', 'HEAD', 'OFFER', 'DEC'] : ['NAME', 'HEAD', 'OFFER', 'DEC']
