import { z } from 'zod'
import type { Change, Outcome, Receipt } from '../../core/contract/change.ts'
import type { ToolField } from '../../core/contract/connector.ts'
import { kindOf, type Problem, type Told } from './api.ts'
import { createCustomer, type Mutation, regroup, updateCustomer } from './documents.ts'
import { inputFrom } from './field.ts'
import type { Customer } from './map.ts'

/** What Vendure holds now, as far as a push needs it. */
export interface Known {
  readonly fields: readonly ToolField[]
  /** By the contact's id. */
  readonly customers: ReadonlyMap<string, Customer>
  /** Ids by name. */
  readonly groups: ReadonlyMap<string, string>
}
/**
 * One change as what is to be done about it. `outcome`: settled already, or known to be so once the mutation is done.
 */
export interface Step {
  readonly change: Change
  readonly customer: Customer | undefined
  readonly outcome: Outcome | null
  readonly mutation: Mutation | null
}

const fieldProblem = ({ fields }: Change, known: Known): Outcome | null => {
  const name = Object.keys(fields).find((own) => !known.fields.some((field) => field.name === own && field.writable))
  const reason = `Vendure has no custom field ${name} of customers that can be written: set the connector up`
  return name === undefined ? null : { status: 'rejected', reason, field: name }
}
const groupProblem = ({ join }: Change, known: Known): Outcome | null => {
  const missing = join.find(({ name }) => !known.groups.has(name))
  if (!missing) return null
  return { status: 'rejected', reason: `Vendure has no customer group "${missing.name}": set the connector up` }
}

export const stepFor = (change: Change, alias: string, known: Known): Step => {
  const customer = known.customers.get(change.contact.id)
  const settled = (outcome: Outcome): Step => ({ change, customer, outcome, mutation: null })
  const problem = fieldProblem(change, known) ?? groupProblem(change, known)
  const input = inputFrom(change.fields)
  if (!customer && !change.create) return settled({ status: 'skipped', reason: 'Vendure has no such customer' })
  if (problem) return settled(problem)
  if (!customer) {
    const emailAddress = change.contact.key.value
    const created = createCustomer(alias, { firstName: '', lastName: '', ...input, emailAddress })
    return { change, customer, outcome: null, mutation: created }
  }
  if (Object.keys(input).length === 0) return settled({ status: 'unchanged', remoteId: customer.id })
  return { change, customer, outcome: null, mutation: updateCustomer(alias, { id: customer.id, ...input }) }
}

const fieldIn = (message: string): string | undefined =>
  /(?:Field "|_input\.(?:customFields\.)?)(\w+)"/.exec(message)?.[1]
const outcomeOf = (problem: Problem): Outcome => {
  const reason = `Vendure answered: ${problem.message}`
  if (kindOf(problem) !== 'invalid') return { status: 'retry', reason }
  return { status: 'rejected', reason, field: fieldIn(problem.message) }
}
const refusal = z.object({ errorCode: z.string(), message: z.string() })
const done = z.object({ id: z.string() })

/** What an answer says about one alias; `null` when it says nothing, as when a neighbour spoilt it. */
export const verdictOf = (alias: string, { data, problems }: Told): Outcome | null => {
  const own = problems.find(({ path, message }) => path?.[0] === alias || message.includes(`"$${alias}_`))
  if (own) return outcomeOf(own)
  const refused = refusal.safeParse(data[alias])
  if (refused.success) return { status: 'rejected', reason: `Vendure refused: ${refused.data.message}` }
  const written = done.safeParse(data[alias])
  return written.success ? { status: 'applied', remoteId: written.data.id } : null
}

/** Contacts that enter or leave one group together. */
export interface Move {
  readonly mutation: Mutation
  readonly contacts: readonly string[]
}
const isIn = ({ customer }: Step, group: string) => customer?.groups.some(({ id }) => id === group) === true
const remoteIdOf = ({ outcome }: Step) => (outcome && 'remoteId' in outcome ? outcome.remoteId : undefined)

const moveOf = (
  steps: readonly Step[],
  group: string,
  alias: string,
  name: 'addCustomersToGroup' | 'removeCustomersFromGroup',
) => {
  const ids = steps.flatMap((step) => remoteIdOf(step) ?? [])
  if (ids.length === 0) return []
  return [{ mutation: regroup(alias, name, group, ids), contacts: steps.map(({ change }) => change.contact.id) }]
}
/** Only real moves: Vendure fails the whole of it when one of the customers is not in the group that it is to leave. */
export const movesOf = (steps: readonly Step[], groups: ReadonlyMap<string, string>): readonly Move[] =>
  [...groups].flatMap(([name, group], index) => {
    const ready = steps.filter((step) => remoteIdOf(step) !== undefined)
    const names = (list: Change['join']) => list.some((membership) => membership.name === name)
    const joining = ready.filter((step) => names(step.change.join) && !isIn(step, group))
    const leaving = ready.filter((step) => names(step.change.leave) && isIn(step, group))
    return [
      ...moveOf(joining, group, `j${index}`, 'addCustomersToGroup'),
      ...moveOf(leaving, group, `l${index}`, 'removeCustomersFromGroup'),
    ]
  })

/**
 * The receipts of those whose outcome is known. A move that Vendure did not confirm is tried again with all of its
 * change.
 */
export const receiptsOf = (steps: readonly Step[], moves: readonly Move[], told: Told): readonly Receipt[] => {
  const open = moves.filter(({ mutation }) => verdictOf(mutation.alias, told)?.status !== 'applied')
  const unmoved = new Set(open.flatMap(({ contacts }) => contacts))
  const moved = new Set(moves.flatMap(({ contacts }) => contacts))
  return steps.flatMap(({ change, outcome }): readonly Receipt[] => {
    const contact = change.contact.id
    if (outcome === null) return []
    if (unmoved.has(contact))
      return [{ contact, status: 'retry', reason: 'Vendure did not confirm the customer group' }]
    if (outcome.status === 'unchanged' && moved.has(contact)) return [{ ...outcome, contact, status: 'applied' }]
    return [{ ...outcome, contact }]
  })
}
