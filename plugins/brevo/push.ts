import { z } from 'zod'
import { withoutAddresses } from '../../core/contract/address.ts'
import type { Change, Outcome, Receipt } from '../../core/contract/change.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import { type Held, locate, lookUp, modifiedSince } from './contact.ts'
import { lookUpLists } from './list.ts'
import { creationOf, keptOutcome, type Lists, updateOf } from './map.ts'
import type { Wire } from './settings.ts'

interface Known {
  readonly change: Change
  readonly id: number
}
const problem = z.object({ code: z.string().catch(''), message: z.string().catch('') })
/** Where Brevo agrees, it says nothing, or the id of a new contact. */
const answer = z.union([problem, z.object({ id: z.number() }), z.undefined(), z.literal('')])
const refusal = (said: z.output<typeof answer>): Outcome => {
  const message = said && 'message' in said ? said.message : ''
  return { status: 'rejected', reason: `Brevo refused the contact: ${withoutAddresses(message) || 'without a reason'}` }
}

/** 201 and 204 are Brevo's own words; from anything else that sounds good nothing can be concluded. */
const isRefused = (status: number): boolean => {
  if (status === 201 || status === 204) return false
  if (status >= 400) return true
  throw new ConnectorError('unknown', `writing contacts to Brevo: it answered ${status} in place of 201 or 204`, {
    status,
  })
}

/**
 * Writes a batch. One contact that Brevo refuses makes it refuse all of them, so that a refused batch is halved until the
 * culprits stand alone, and are named here.
 */
const write = async (ctx: Wire, known: readonly Known[], lists: Lists): Promise<readonly [string, Outcome][]> => {
  if (known.length === 0) return []
  const json = { contacts: known.map(({ change, id }) => updateOf(change, id, lists)) }
  const { status, body } = await ctx.http({
    method: 'POST',
    path: '/contacts/batch',
    json,
    accept: [400, 404],
    reply: answer,
  })
  if (!isRefused(status)) return []
  const [only, ...others] = known
  if (only && others.length === 0) return [[only.change.contact.id, refusal(body)]]
  const half = Math.ceil(known.length / 2)
  return [...(await write(ctx, known.slice(0, half), lists)), ...(await write(ctx, known.slice(half), lists))]
}

const create = async (ctx: Wire, change: Change, lists: Lists): Promise<Outcome> => {
  const json = creationOf(change, lists)
  const { status, body } = await ctx.http({ method: 'POST', path: '/contacts', json, accept: [400], reply: answer })
  if (isRefused(status)) return refusal(body)
  const after = await lookUp(ctx, change.contact.key.value)
  return after
    ? keptOutcome(change, after, lists)
    : { status: 'retry', reason: 'Brevo does not show the contact it made' }
}

/** Clocks differ by that at most; by more it only costs requests. */
const skewMs = 60_000
/** What a batch left behind: those who changed come together on one page, the others are asked for one by one. */
const readBack = async (ctx: Wire, ids: readonly number[], startedAt: number): Promise<ReadonlyMap<number, Held>> => {
  if (ids.length === 0) return new Map()
  const { contacts } = await modifiedSince(ctx, new Date(startedAt - skewMs).toISOString(), 0, 'desc')
  const changed = new Map(contacts.map((found) => [found.id, found]))
  const others = await Promise.all(ids.filter((id) => !changed.has(id)).map((id) => lookUp(ctx, id)))
  return new Map([...changed, ...others.flatMap((found) => (found ? [[found.id, found] as const] : []))])
}

const updateAll = async (ctx: Wire, known: readonly Known[], lists: Lists): Promise<ReadonlyMap<string, Outcome>> => {
  const startedAt = ctx.now()
  const refused = new Map(await write(ctx, known, lists))
  const written = known.filter(({ change }) => !refused.has(change.contact.id))
  const after = await readBack(
    ctx,
    written.map(({ id }) => id),
    startedAt,
  )
  const outcomes = written.map(({ change, id }) => {
    const found = after.get(id)
    const gone: Outcome = { status: 'retry', reason: 'the contact went from Brevo meanwhile' }
    return [change.contact.id, found ? keptOutcome(change, found, lists) : gone] as const
  })
  return new Map([...refused, ...outcomes])
}

/** In one batch those who are there, each by itself those who may be made: the batch makes nobody. */
export const push = async (ctx: Wire, changes: readonly Change[]): Promise<readonly Receipt[]> => {
  const memberships = changes.flatMap(({ join, leave }) => [...join, ...leave])
  const lists = await lookUpLists(
    ctx,
    memberships.map(({ name }) => name),
  )
  const found = await locate(
    ctx,
    changes.map(({ contact }) => contact),
  )
  const missing = ({ join }: Change) => join.find(({ name }) => !lists.has(name))
  const known = changes.flatMap((change) => {
    const one = found.get(change.contact.id)
    return one && !missing(change) ? [{ change, id: one.id }] : []
  })
  const updated = await updateAll(ctx, known, lists)
  const outcomeOf = async (change: Change): Promise<Outcome> => {
    const isThere = found.has(change.contact.id)
    if (!isThere && !change.create) return { status: 'skipped', reason: 'Brevo has no such contact' }
    const list = missing(change)
    if (list) return { status: 'rejected', reason: `Brevo has no list ${list.name}: run setup` }
    return updated.get(change.contact.id) ?? create(ctx, change, lists)
  }
  return Promise.all(changes.map(async (change) => ({ contact: change.contact.id, ...(await outcomeOf(change)) })))
}
