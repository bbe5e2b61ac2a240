import { type Answers, decide } from '../decide/decide.ts'
import type { Decision } from '../decide/decision.ts'
import type { ContactState, Lane } from '../deliver/contact.ts'
import { review } from '../deliver/contacts.ts'
import type { Profile } from '../profile/profile.ts'
import { profilesOf } from '../profile/profiles.ts'
import { type Evaluation, never } from '../rules/program.ts'
import type { ChangeSet } from '../store/change-set.ts'
import type { WorkingSet } from '../store/port.ts'
import { type ProfileRow, profileKey } from '../store/stored.ts'
import type { Basis } from './basis.ts'

/** One customer at an instant: who, what the registry says, what was decided. */
export interface Customer {
  readonly profile: Profile
  readonly evaluation: Evaluation
  readonly answers: Answers
}
export interface Refreshed {
  readonly customers: readonly Customer[]
  /** What is to be stored; empty when nothing changed. */
  readonly change: ChangeSet
}

const rowOf = (
  customer: Customer,
  segments: readonly string[],
  component: string,
  basis: Basis,
  until: number,
): ProfileRow => ({
  id: customer.profile.id,
  component,
  dueAt: until === never ? null : Math.max(until, customer.evaluation.at + 1),
  basis: basis.id,
  segments,
})
/** Nothing but the basis differs: then the row, and the basis under which it last changed, stay as they are. */
const sameRow = (a: ProfileRow | undefined, b: ProfileRow): boolean =>
  a !== undefined && a.basis !== '' && a.dueAt === b.dueAt && a.segments.join() === b.segments.join()

const ofNodes = <T>({ nodes }: Profile, lists: ReadonlyMap<string, readonly T[]>): readonly T[] => {
  const found = nodes.map(({ id }) => lists.get(id)).filter((list) => list !== undefined)
  const [only = [], ...more] = found
  return more.length === 0 ? only : only.concat(...more)
}
/** What hangs on one profile's nodes. */
const factsOf = (profile: Profile, set: WorkingSet) => ({
  decisions: ofNodes(profile, set.decisions),
  contacts: ofNodes(profile, set.contacts),
})

const byNode = (contacts: readonly ContactState[], connector: string): ReadonlyMap<string, ContactState> =>
  new Map(contacts.filter((contact) => contact.connector === connector).map((contact) => [contact.node, contact]))

/**
 * The pure heart: from a working set to profiles, segments, decisions and desired states at one instant, under one basis.
 * No I/O, no clock, no chance.
 */
export const refresh = (set: WorkingSet, basis: Basis, at: number, lane: Lane): Refreshed => {
  const before = new Map(set.profiles.map((row) => [profileKey(row), row]))
  const customers: Customer[] = []
  const rows: ProfileRow[] = []
  const decisions: Decision[] = []
  const contacts: ContactState[] = []
  const used: string[] = []
  const total = (offer: string) => (set.uses.get(offer) ?? 0) + used.filter((given) => given === offer).length
  const kept = new Set<string>()
  for (const component of set.components) {
    for (const profile of profilesOf(component, set.vetoes, basis.settings, basis.sourceRank)) {
      const facts = factsOf(profile, set)
      const evaluation = basis.program.evaluate(profile, at)
      const segments = evaluation.segments()
      const answers = decide(basis.program, profile, evaluation, facts.decisions, total)
      const reviewed = basis.plans.map((plan) =>
        review(
          { program: basis.program, profile, evaluation, decisions: answers.current },
          plan,
          byNode(facts.contacts, plan.connector),
          lane,
        ),
      )
      const customer = { profile, evaluation, answers }
      const until = reviewed.reduce(
        (least, { until }) => Math.min(least, until),
        Math.min(answers.until, evaluation.until()),
      )
      const row = rowOf(customer, segments, component.id, basis, until)
      const changed = reviewed.flatMap((each) => each.changed)
      const isTouched = answers.made.length + answers.ended.length + changed.length > 0
      kept.add(profileKey(row))
      if (isTouched || !sameRow(before.get(profileKey(row)), row)) rows.push(row)
      customers.push(customer)
      decisions.push(...answers.made, ...answers.ended)
      used.push(...answers.made.map((decision) => decision.offer))
      contacts.push(...changed)
    }
  }
  const goneProfiles = set.profiles.filter((row) => !kept.has(profileKey(row)))
  return { customers, change: { profiles: rows, goneProfiles, decisions, used, contacts } }
}

/** Whether a refresh has nothing to store. */
export const changesNothing = ({ change }: Pick<Refreshed, 'change'>): boolean =>
  [change.profiles, change.goneProfiles, change.decisions, change.contacts].every((list) => (list ?? []).length === 0)
