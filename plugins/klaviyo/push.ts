import type { Change, Membership, Outcome, Receipt } from '../../core/contract/change.ts'
import { startImport, ticketOf } from './job.ts'
import { lookUpLists, membersAmong, move } from './list.ts'
import { payloadOf } from './map.ts'
import { locate, type Profile } from './profile.ts'
import type { Wire } from './settings.ts'

interface Known {
  readonly change: Change
  readonly profile: Profile
}
type Lists = ReadonlyMap<string, string>
const includes = (memberships: readonly Membership[], name: string) => memberships.some((one) => one.name === name)

/** Moves those who are there in one list, and answers with those whom Klaviyo does not show as moved. */
const moveIn = async (ctx: Wire, known: readonly Known[], name: string, listId: string) => {
  const joining = known.filter(({ change }) => includes(change.join, name))
  const leaving = known.filter(({ change }) => includes(change.leave, name))
  const ids = (some: readonly Known[]) => some.map(({ profile }) => profile.id)
  await move(ctx, listId, 'join', ids(joining))
  await move(ctx, listId, 'leave', ids(leaving))
  const all = [...joining, ...leaving].map(({ profile }) => profile)
  const members = await membersAmong(ctx, listId, all)
  return [
    ...joining.filter(({ profile }) => !members.has(profile.id)),
    ...leaving.filter(({ profile }) => members.has(profile.id)),
  ].map(({ change }) => change.contact.id)
}
const moveAll = async (ctx: Wire, known: readonly Known[], lists: Lists): Promise<ReadonlySet<string>> => {
  const unmoved: string[] = []
  for (const [name, id] of lists) unmoved.push(...(await moveIn(ctx, known, name, id)))
  return new Set(unmoved)
}

/**
 * New profiles join their lists by the import that makes them: only then do they have an id. Each is in one job alone, for
 * two at once might make it twice.
 */
const importAll = async (
  ctx: Wire,
  known: readonly Known[],
  fresh: readonly Change[],
  lists: Lists,
): Promise<readonly string[]> => {
  const jobs: string[] = []
  if (known.length > 0)
    jobs.push(
      await startImport(
        ctx,
        known.map(({ change, profile }) => payloadOf(change, profile)),
        [],
      ),
    )
  const listIds = ({ join }: Change) => join.flatMap(({ name }) => lists.get(name) ?? []).sort()
  for (const key of new Set(fresh.map((change) => listIds(change).join(',')))) {
    const group = fresh.filter((change) => listIds(change).join(',') === key)
    const profiles = group.map((change) => payloadOf(change))
    jobs.push(await startImport(ctx, profiles, key === '' ? [] : key.split(',')))
  }
  return jobs
}

const refusalOf = (change: Change, isKnown: boolean, lists: Lists): Outcome | null => {
  if (!isKnown && !change.create) return { status: 'skipped', reason: 'Klaviyo has no such profile' }
  const missing = change.join.find(({ name }) => !lists.has(name))
  return missing ? { status: 'rejected', reason: `Klaviyo has no list ${missing.name}: run setup` } : null
}

/**
 * Fields go by import, which is a job; lists of those who are there are moved at once, and read back, since the answer is
 * empty.
 */
export const push = async (ctx: Wire, changes: readonly Change[]): Promise<readonly Receipt[]> => {
  const lists = await lookUpLists(
    ctx,
    changes.flatMap(({ join, leave }) => [...join, ...leave].map(({ name }) => name)),
  )
  const found = await locate(
    ctx,
    changes.map(({ contact }) => contact),
  )
  const refusals = new Map(
    changes.map((change) => [change.contact.id, refusalOf(change, found.has(change.contact.id), lists)]),
  )
  const open = changes.filter(({ contact }) => refusals.get(contact.id) === null)
  const known = open.flatMap((change) => {
    const profile = found.get(change.contact.id)
    return profile ? [{ change, profile }] : []
  })
  const fresh = open.filter(({ contact }) => !found.has(contact.id))
  const written = known.filter(({ change }) => Object.keys(change.fields).length > 0)
  const unmoved = await moveAll(ctx, known, lists)
  const ticket = ticketOf(await importAll(ctx, written, fresh, lists))
  const importing = new Set([...written.map(({ change }) => change), ...fresh].map(({ contact }) => contact.id))
  const outcomeOf = (id: string): Outcome => {
    const refusal = refusals.get(id)
    if (refusal) return refusal
    if (unmoved.has(id)) return { status: 'retry', reason: 'Klaviyo does not show the profile in its lists as moved' }
    return importing.has(id) ? { status: 'accepted', ticket } : { status: 'applied', remoteId: found.get(id)?.id }
  }
  return changes.map(({ contact }) => ({ contact: contact.id, ...outcomeOf(contact.id) }))
}
