import type { Profile } from '../profile/profile.ts'
import { never } from '../rules/program.ts'
import { aimOf, onWithdrawOf, purposeOf } from './aim.ts'
import type { ChannelPlan } from './channel.ts'
import { inCohort } from './cohort.ts'
import { type Aim, type ContactState, type Desired, type Lane, lanes, type Standing } from './contact.ts'
import { cleared, desiredOf, type Standpoint } from './desired.ts'
import { digestOf } from './difference.ts'

type Point = Omit<Standpoint, 'scopes'>
export interface Reviewed {
  /** The contacts whose state differs from what was stored. */
  readonly changed: readonly ContactState[]
  /** When this may change by itself. */
  readonly until: number
}

const standingOf = (point: Point, plan: ChannelPlan): { standing: Standing; until: number } => {
  const purpose = purposeOf(plan.settings)
  if (purpose !== null && point.profile.consents.get(purpose)?.granted !== true)
    return { standing: 'withdrawn', until: never }
  if (plan.settings.scope === undefined) return { standing: 'active', until: never }
  const scope = point.program.holds(plan.settings.scope, point.profile, point.evaluation.at)
  return { standing: scope.holds ? 'active' : 'out', until: scope.until }
}

const newContact = (plan: ChannelPlan, node: Profile['nodes'][number], profile: Profile): ContactState => ({
  connector: plan.connector,
  node: node.id,
  profile: profile.id,
  key: { type: node.type, value: node.value },
  remoteId: null,
  standing: 'out',
  aim: 'leave',
  answers: {},
  epoch: plan.epoch,
  desired: null,
  wanted: '',
  settled: null,
  held: null,
  tried: null,
  told: false,
  job: null,
  touchedAt: null,
  baseline: null,
  observed: null,
  observedAt: null,
  drifts: {},
  lane: lanes.decision,
  dirtyAt: null,
  attempts: 0,
  nextTryAt: 0,
  dead: null,
})

const wish = (aim: Aim, contact: ContactState, desired: () => Desired, plan: ChannelPlan): Desired | null => {
  switch (aim) {
    case 'hold':
    case 'record':
      return desired()
    case 'clear':
      return cleared(plan.lines)
    case 'retract':
      return contact.held
    case 'leave':
    case 'erase':
      return null
    default:
      return aim satisfies never
  }
}

/** In another account, or a restored one, nothing that we know of the tool holds any more. */
const inAccount = (contact: ContactState, epoch: string): ContactState =>
  contact.epoch === epoch ? contact : { ...contact, epoch, remoteId: null, observed: null, observedAt: null, job: null }

interface Wish {
  readonly aim: Aim
  readonly standing: Standing
  readonly desired: Desired | null
}
/**
 * A contact with its new aim. It is dirty while a job is open, and when something else is wanted than what was settled;
 * a dead letter gets another chance then.
 */
const aimed = (before: ContactState, { aim, standing, desired }: Wish, at: number, lane: Lane): ContactState => {
  const wanted = digestOf(aim, desired, before.epoch)
  const dirty = before.job !== null || (aim !== 'leave' && wanted !== before.settled)
  const fresh = wanted !== before.wanted
  return {
    ...before,
    aim,
    standing,
    desired,
    wanted,
    lane: aim === 'clear' ? lanes.consent : fresh ? lane : before.lane,
    dirtyAt: dirty ? (before.dirtyAt ?? at) : null,
    attempts: fresh ? 0 : before.attempts,
    nextTryAt: fresh && before.job === null ? 0 : before.nextTryAt,
    dead: fresh ? null : before.dead,
  }
}

/** The hub's answer per slot, of the slots that this tool's placements show. */
const answersFor = (point: Point, plan: ChannelPlan): ContactState['answers'] =>
  Object.fromEntries(
    [...point.program.placements.values()]
      .filter((placement) => placement.connector === plan.connector)
      .map(({ slot }) => [slot, point.decisions.get(slot)?.offer ?? null]),
  )

/** What the rollouts together let be written: one that names no offers lets every offer through. */
const scopesOf = (joined: ChannelPlan['rollouts']): Standpoint['scopes'] => {
  const named = joined.flatMap(({ settings }) => (settings.offers === undefined ? [] : [settings.offers]))
  return named.length < joined.length ? null : named
}

const differs = (a: ContactState, b: ContactState): boolean =>
  a.wanted !== b.wanted ||
  a.standing !== b.standing ||
  a.profile !== b.profile ||
  a.dirtyAt !== b.dirtyAt ||
  a.dead !== b.dead ||
  JSON.stringify(a.answers) !== JSON.stringify(b.answers)

/**
 * What every contact of a profile in one tool should hold now. A profile has none, one or several contacts in a tool,
 * and all get its decision. `stored` are those the hub knows, by node.
 */
export const review = (
  point: Point,
  plan: ChannelPlan,
  stored: ReadonlyMap<string, ContactState>,
  lane: Lane,
): Reviewed => {
  const nodes = point.profile.nodes.filter((node) => node.type === plan.settings.contact.key)
  if (nodes.length === 0 || plan.phase === 'off') return { changed: [], until: never }
  const { standing, until } = standingOf(point, plan)
  const joined = plan.rollouts.filter((rollout) => inCohort(rollout, point.profile.unit, point.evaluation.inSegment))
  const scopes = plan.phase === 'pilot' ? scopesOf(joined) : null
  const answers = answersFor(point, plan)
  let state: Desired | undefined
  const desired = () => {
    state ??= desiredOf({ ...point, scopes }, plan)
    return state
  }
  const changed = nodes.flatMap((node) => {
    const known = stored.get(node.id)
    const before = inAccount(known ?? newContact(plan, node, point.profile), plan.epoch)
    if (before.aim === 'erase') return []
    const aim = aimOf({
      phase: plan.phase,
      standing,
      inCohort: joined.length > 0,
      written: before.touchedAt !== null,
      onWithdraw: onWithdrawOf(plan.settings),
    })
    const made = { aim, standing, desired: wish(aim, before, desired, plan) }
    const next = { ...aimed(before, made, point.evaluation.at, lane), profile: point.profile.id, answers }
    return known === undefined || differs(known, next) ? [next] : []
  })
  return { changed, until }
}
