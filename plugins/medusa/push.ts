import { z } from 'zod'
import { withoutAddresses } from '../../core/contract/address.ts'
import type { Change, Outcome, Receipt } from '../../core/contract/change.ts'
import { type Customer, customer, fields, inputOf, lostOf } from './customer.ts'
import { find } from './find.ts'
import { lookUpGroups } from './groups.ts'
import type { Wire } from './settings.ts'

type Ids = ReadonlyMap<string, string>

const done = z.object({ customer })
const failure = z.object({ type: z.string(), message: z.string() })
type Written = { readonly customer: Customer } | z.output<typeof failure>

/** Statuses that judge one customer and not the whole call. */
const ofOne = [400, 404, 409, 422]
const write = async ({ http }: Wire, path: string, json: object): Promise<Written> => {
  const reply = z.union([done, failure])
  return (await http({ method: 'POST', path, query: { fields }, json, accept: ofOne, reply })).body
}
/** Made or deleted by somebody else since we looked: the next try finds how it is. */
const isRacing = (type: string, message: string) => type === 'not_found' || /already exists/.test(message)
const refusalOf = ({ type, message }: z.output<typeof failure>): Outcome => {
  const reason = `Medusa answered ${type}: ${withoutAddresses(message)}`
  return isRacing(type, message) ? { status: 'retry', reason } : { status: 'rejected', reason }
}

const save = async (ctx: Wire, { contact, fields: values }: Change, before: Customer | undefined): Promise<Written> => {
  const input = inputOf(values)
  if (!before) return write(ctx, '/admin/customers', { email: contact.key.value, ...input })
  return Object.keys(input).length > 0 ? write(ctx, `/admin/customers/${before.id}`, input) : { customer: before }
}

interface Move {
  readonly add: readonly string[]
  readonly remove: readonly string[]
}
/** Only real moves. */
const moveOf = ({ join, leave }: Change, { groups }: Customer, ids: Ids): Move | null => {
  const isIn = (id: string) => groups?.some((own) => own.id === id) === true
  const add = join.flatMap(({ name }) => ids.get(name) ?? []).filter((id) => !isIn(id))
  const remove = leave.flatMap(({ name }) => ids.get(name) ?? []).filter(isIn)
  return add.length + remove.length > 0 ? { add, remove } : null
}
const isMoved = ({ add, remove }: Move, { groups }: Customer): boolean => {
  const ids = (groups ?? []).map(({ id }) => id)
  return add.every((id) => ids.includes(id)) && !remove.some((id) => ids.includes(id))
}
const move = async (ctx: Wire, { id }: Customer, wanted: Move): Promise<Outcome | null> => {
  const moved = await write(ctx, `/admin/customers/${id}/customer-groups`, wanted)
  if (!('customer' in moved)) return refusalOf(moved)
  return isMoved(wanted, moved.customer) ? null : { status: 'retry', reason: 'Medusa did not confirm the groups' }
}

/** A 200 is no proof: what counts is what the answer shows as stored. */
const pushOne = async (ctx: Wire, change: Change, before: Customer | undefined, ids: Ids): Promise<Outcome> => {
  const missing = change.join.find(({ name }) => !ids.has(name))
  if (!before && !change.create) return { status: 'skipped', reason: 'Medusa has no such customer' }
  if (missing)
    return { status: 'rejected', reason: `Medusa has no customer group "${missing.name}": set the connector up` }
  const saved = await save(ctx, change, before)
  if (!('customer' in saved)) return refusalOf(saved)
  const after = saved.customer
  const lost = lostOf(change.fields, after)
  if (lost !== undefined)
    return { status: 'rejected', reason: `Medusa did not keep "${lost}" as it was sent`, field: lost }
  const wanted = moveOf(change, after, ids)
  const problem = wanted ? await move(ctx, after, wanted) : null
  const isUntouched = before && !wanted && Object.keys(change.fields).length === 0
  return problem ?? { status: isUntouched ? 'unchanged' : 'applied', remoteId: after.id }
}

export const push = async (ctx: Wire, changes: readonly Change[]): Promise<readonly Receipt[]> => {
  const names = changes.flatMap(({ join, leave }) => [...join, ...leave].map(({ name }) => name))
  const ids = await lookUpGroups(ctx, names)
  const found = await find(
    ctx,
    changes.map(({ contact }) => contact),
  )
  return Promise.all(
    changes.map(async (change) => {
      const { id } = change.contact
      return { contact: id, ...(await pushOne(ctx, change, found.get(id), ids)) }
    }),
  )
}
