import { createHash, randomBytes } from 'node:crypto'
import type { Change, Outcome, Receipt } from '../../core/contract/change.ts'
import { type Answers, refusalOf, sendBatch, silence } from './batch.ts'
import { type Customer, customer, inputOf, isPossible, lostOf } from './customer.ts'
import { find } from './find.ts'
import type { Wire } from './settings.ts'

type Step =
  | { readonly kind: 'settled'; readonly outcome: Outcome }
  | { readonly kind: 'create' | 'update'; readonly body: object }

/** Says nothing of the address, and nobody is told the password: the customer sets one by 'Lost your password?'. */
const accountFor = (email: string) => ({
  email,
  username: `customer-${createHash('sha256').update(email.toLowerCase()).digest('hex').slice(0, 20)}`,
  password: randomBytes(24).toString('base64url'),
})

const stepFor = ({ contact, create, fields }: Change, before: Customer | undefined): Step => {
  const odd = Object.keys(fields).find((name) => !isPossible(name))
  const reason = `WooCommerce keeps no meta ${odd}: those with an underscore in front are its own`
  const input = inputOf(before, fields)
  if (!before && !create)
    return { kind: 'settled', outcome: { status: 'skipped', reason: 'WooCommerce has no such customer' } }
  if (odd !== undefined) return { kind: 'settled', outcome: { status: 'rejected', reason, field: odd } }
  if (!before) return { kind: 'create', body: { ...accountFor(contact.key.value), ...input } }
  if (Object.keys(input).length === 0)
    return { kind: 'settled', outcome: { status: 'unchanged', remoteId: String(before.id) } }
  return { kind: 'update', body: { id: before.id, ...input } }
}

/** A 200 is no proof: what counts is what the answer shows as stored. */
const outcomeOf = ({ fields }: Change, answer: Answers<Customer>['create'][number] | undefined): Outcome => {
  if (!answer) return silence
  if ('failed' in answer) return refusalOf(answer.failed)
  const lost = lostOf(fields, answer.done)
  if (lost === undefined) return { status: 'applied', remoteId: String(answer.done.id) }
  return { status: 'rejected', reason: `WooCommerce did not keep "${lost}" as it was sent`, field: lost }
}

interface Planned {
  readonly change: Change
  readonly step: Step
}
const bodiesOf = (planned: readonly Planned[], kind: 'create' | 'update') =>
  planned.flatMap(({ step }) => (step.kind === kind ? [step.body] : []))

export const push = async (ctx: Wire, changes: readonly Change[]): Promise<readonly Receipt[]> => {
  const found = await find(
    ctx,
    changes.map(({ contact }) => contact),
  )
  const planned = changes.map((change) => ({ change, step: stepFor(change, found.get(change.contact.id)) }))
  const items = { create: bodiesOf(planned, 'create'), update: bodiesOf(planned, 'update') }
  const answers = await sendBatch(ctx, 'customers', items, customer)
  const left = { create: [...answers.create], update: [...answers.update] }
  return planned.map(({ change, step }) => {
    const contact = change.contact.id
    if (step.kind === 'settled') return { contact, ...step.outcome }
    return { contact, ...outcomeOf(change, left[step.kind].shift()) }
  })
}
