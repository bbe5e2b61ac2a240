import type { Change, Receipt } from '../../core/contract/change.ts'
import { type Told, tell } from './api.ts'
import { type Mutation, together } from './documents.ts'
import { lookUpCustomers, lookUpFields, lookUpGroups } from './lookup.ts'
import type { Wire } from './settings.ts'
import { movesOf, receiptsOf, type Step, stepFor, verdictOf } from './step.ts'

const nothing: Told = { data: {}, problems: [] }
const tellAll = async (ctx: Wire, what: string, mutations: readonly Mutation[]): Promise<Told> =>
  mutations.length > 0 ? tell(ctx, `${what} (${mutations.length})`, together(mutations)) : nothing

const judged = (step: Step, told: Told): Step =>
  step.mutation ? { ...step, outcome: verdictOf(step.mutation.alias, told) } : step

/** Settles as many of the changes as one pass can. */
const pass = async (ctx: Wire, changes: readonly Change[]): Promise<readonly Receipt[]> => {
  const names = changes.flatMap(({ join, leave }) => [...join, ...leave].map(({ name }) => name))
  const fields = await lookUpFields(ctx)
  const groups = await lookUpGroups(ctx, [...new Set(names)])
  const contacts = changes.map(({ contact }) => contact)
  const known = { fields, groups, customers: await lookUpCustomers(ctx, contacts) }
  const planned = changes.map((change, index) => stepFor(change, `m${index}`, known))

  const mutations = planned.flatMap(({ mutation }) => mutation ?? [])
  const written = await tellAll(ctx, 'writing customers', mutations)
  const steps = planned.map((step) => judged(step, written))
  const moves = movesOf(steps, groups)
  const moved = await tellAll(
    ctx,
    'moving customers between groups',
    moves.map(({ mutation }) => mutation),
  )
  return receiptsOf(steps, moves, moved)
}

/**
 * Many single mutations in one document. Where one of them fails, Vendure answers for none and leaves those after it
 * undone, so that the rest goes through a further pass, which looks at what is there by now. Each pass settles at
 * least one, or is the last.
 */
export const push = async (ctx: Wire, changes: readonly Change[]): Promise<readonly Receipt[]> => {
  const settled = await pass(ctx, changes)
  const done = new Set(settled.map(({ contact }) => contact))
  const open = changes.filter(({ contact }) => !done.has(contact.id))
  if (open.length === 0) return settled
  if (done.size > 0) return [...settled, ...(await push(ctx, open))]
  return open.map(({ contact }) => ({ contact: contact.id, status: 'retry', reason: 'Vendure did not answer for it' }))
}
