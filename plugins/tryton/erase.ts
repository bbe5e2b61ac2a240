import { z } from 'zod'
import type { Contact, Outcome, Receipt } from '../../core/contract/change.ts'
import { type Found, findParties, keyType, type Party } from './party.ts'
import { ask, attempt } from './rpc.ts'
import type { Wire } from './settings.ts'

const wizard = 'wizard.party.erase'
/** A session of the wizard: its number, and the names of its first and last state. */
const session = z.tuple([z.number()]).rest(z.unknown())
const write = (ctx: Wire, id: number, values: object) =>
  ask(ctx, 'model.party.party.write', [[id], values, {}], z.null())

/** Why a party cannot be erased, or `null`. */
const eraseOne = async (ctx: Wire, { id, categories }: Party): Promise<string | null> => {
  await write(ctx, id, { active: false, lang: null, categories: [['remove', categories]] })
  const [run] = await ask(ctx, `${wizard}.create`, [{}], session)
  const answer = await attempt(ctx, `${wizard}.execute`, [run, { ask: { party: id } }, 'erase', {}], z.looseObject({}))
  await ask(ctx, `${wizard}.delete`, [run, {}], z.unknown())
  return answer.done ? null : 'Tryton deactivated the party, but does not erase it yet: something of it is still open'
}
/** From a firm that is somebody else's only the address goes. */
const strike = (ctx: Wire, { id, mechanisms }: Party, email: string) => {
  const isIt = ({ type, value }: Party['mechanisms'][number]) => type === keyType && value?.toLowerCase() === email
  return write(ctx, id, { contact_mechanisms: [['delete', mechanisms.filter(isIt).map((one) => one.id)]] })
}

const eraseAll = async (ctx: Wire, { own, beside }: Found, email: string): Promise<Outcome> => {
  if (own.length + beside.length === 0) return { status: 'unchanged' }
  for (const party of beside) await strike(ctx, party, email)
  for (const party of own) {
    const reason = await eraseOne(ctx, party)
    if (reason !== null) return { status: 'rejected', reason }
  }
  return { status: 'applied' }
}

const left: Outcome = { status: 'retry', reason: 'Tryton still shows the address after it was erased' }
/**
 * By Tryton's own wizard, for every party whose address it is: orders and bookings stay, the person in them goes. Deleting
 * would fail for whoever has ever bought anything.
 */
export const erase = async (ctx: Wire, contacts: readonly Contact[]): Promise<readonly Receipt[]> => {
  const found = await findParties(ctx, contacts, true)
  const outcomes = new Map<string, Outcome>()
  for (const { id, key } of contacts)
    outcomes.set(id, await eraseAll(ctx, found.get(id) ?? { own: [], beside: [] }, key.value.toLowerCase()))
  const after = await findParties(ctx, contacts, true)
  return contacts.map(({ id }) => {
    const outcome = outcomes.get(id) ?? left
    const { own = [], beside = [] } = after.get(id) ?? {}
    return { contact: id, ...(outcome.status === 'applied' && own.length + beside.length > 0 ? left : outcome) }
  })
}
