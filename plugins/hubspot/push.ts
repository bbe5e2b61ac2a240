import type { Change, Membership, Outcome, Receipt } from '../../core/contract/change.ts'
import { locate } from './contact.ts'
import { isFilled, type List, lookUpLists, moveMembers } from './list.ts'
import { encoded } from './property.ts'
import type { Wire } from './settings.ts'
import { type Input, write } from './write.ts'

type Outcomes = ReadonlyMap<string, Outcome>

const listProblem = ({ join, leave }: Change, lists: ReadonlyMap<string, List>): Outcome | null => {
  const missing = join.find(({ name }) => !lists.has(name))
  if (missing) return { status: 'rejected', reason: `HubSpot has no list "${missing.name}": set the connector up` }
  const filled = [...join, ...leave].find(({ name }) => {
    const list = lists.get(name)
    return list !== undefined && isFilled(list)
  })
  if (!filled) return null
  return {
    status: 'rejected',
    reason: `The list "${filled.name}" is filled by a filter in HubSpot, and takes nobody else`,
  }
}

/** Who is to be created and was never seen needs no look: an upsert finds out by itself. */
const isUpsert = ({ create, contact }: Change) => create && contact.remoteId === undefined
const inputOf = ({ contact, fields }: Change, remoteId: string | undefined): Input => {
  const values = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, encoded(value)]))
  const email = contact.key.value
  if (remoteId !== undefined) return { id: remoteId, properties: values, objectWriteTraceId: contact.id }
  return { id: email, idProperty: 'email', properties: { ...values, email }, objectWriteTraceId: contact.id }
}

const writeFields = async (ctx: Wire, changes: readonly Change[]): Promise<Outcomes> => {
  const sought = changes.filter((change) => !isUpsert(change))
  const found = await locate(
    ctx,
    sought.map(({ contact }) => contact),
  )
  const idOf = ({ contact }: Change) => found.get(contact.id)?.id
  const there = sought.filter((change) => idOf(change) !== undefined)
  const isEmpty = ({ fields }: Change) => Object.keys(fields).length === 0
  const updates = there.filter((change) => !isEmpty(change)).map((change) => inputOf(change, idOf(change)))
  const upserts = changes.filter((change) => change.create && idOf(change) === undefined)
  const untouched = there
    .filter(isEmpty)
    .map((change): [string, Outcome] => [change.contact.id, { status: 'unchanged', remoteId: idOf(change) }])
  return new Map([
    ...untouched,
    ...(await write(ctx, 'update', updates)),
    ...(await write(
      ctx,
      'upsert',
      upserts.map((change) => inputOf(change, undefined)),
    )),
  ])
}

const remoteIdIn = (outcome: Outcome | undefined) => (outcome && 'remoteId' in outcome ? outcome.remoteId : undefined)

/** Moves all of a batch in and out of its lists. Answers with the ids that did not move, as far as HubSpot says so. */
const writeLists = async (
  ctx: Wire,
  changes: readonly Change[],
  outcomes: Outcomes,
  lists: ReadonlyMap<string, List>,
) => {
  const idsOf = (name: string, side: (change: Change) => readonly Membership[]) =>
    changes
      .filter((change) => side(change).some((membership) => membership.name === name))
      .flatMap(({ contact }) => remoteIdIn(outcomes.get(contact.id)) ?? [])
  const unmoved = new Set<string>()
  for (const [name, list] of lists) {
    const [add, remove] = [idsOf(name, ({ join }) => join), idsOf(name, ({ leave }) => leave)]
    if (add.length + remove.length === 0) continue
    for (const id of await moveMembers(ctx, list, add, remove)) unmoved.add(id)
  }
  return unmoved
}

const skipped: Outcome = { status: 'skipped', reason: 'HubSpot has no such contact' }
const settled = (change: Change, outcome: Outcome | undefined, unmoved: ReadonlySet<string>): Outcome => {
  if (outcome === undefined) return skipped
  const remoteId = remoteIdIn(outcome)
  if (remoteId !== undefined && unmoved.has(remoteId))
    return { status: 'retry', reason: 'HubSpot did not find the contact when it was to enter or leave a list' }
  const moves = change.join.length + change.leave.length > 0
  return outcome.status === 'unchanged' && moves ? { ...outcome, status: 'applied' } : outcome
}

export const push = async (ctx: Wire, changes: readonly Change[]): Promise<readonly Receipt[]> => {
  const names = changes.flatMap(({ join, leave }) => [...join, ...leave].map(({ name }) => name))
  const lists = await lookUpLists(ctx, names)
  const problems = new Map(
    changes.flatMap((change) => {
      const problem = listProblem(change, lists)
      return problem ? [[change.contact.id, problem] as const] : []
    }),
  )
  const sound = changes.filter(({ contact }) => !problems.has(contact.id))
  const outcomes = await writeFields(ctx, sound)
  const unmoved = await writeLists(ctx, sound, outcomes, lists)
  return changes.map((change) => {
    const contact = change.contact.id
    return { contact, ...(problems.get(contact) ?? settled(change, outcomes.get(contact), unmoved)) }
  })
}
