import { z } from 'zod'
import { withoutAddresses } from '../../core/contract/address.ts'
import type { Change, Outcome, Receipt } from '../../core/contract/change.ts'
import { keptOutcome, merged } from './map.ts'
import type { Wire } from './settings.ts'
import { attributesIn, find, identityOf, type User, user, usersPath } from './user.ts'

const problem = z.object({ code: z.number(), message: z.string().catch('') })
const reply = z.union([user, problem])

const judge = (change: Change, status: number, body: z.output<typeof reply>): Outcome => {
  if ('sid' in body) return keptOutcome(change, body)
  const reason = `Twilio refused the user: ${withoutAddresses(body.message) || body.code}`
  // Made, or gone, between our two requests: the next time it is found as it is.
  const isPassing = status === 409 || status === 404
  return { status: isPassing ? 'retry' : 'rejected', reason }
}

/** There is no way to change one attribute alone: what somebody else writes between reading and writing is lost. */
const update = async (ctx: Wire, change: Change, found: User): Promise<Outcome> => {
  const before = attributesIn(found)
  if (!before)
    return { status: 'rejected', reason: 'the attributes of the user are no JSON object, and stay as they are' }
  const path = usersPath(ctx, `/${encodeURIComponent(found.sid)}`)
  const form = { Attributes: merged(before, change) }
  const { status, body } = await ctx.http({ method: 'POST', path, form, accept: [400, 404], reply })
  return judge(change, status, body)
}
const create = async (ctx: Wire, change: Change): Promise<Outcome> => {
  const form = { Identity: identityOf(change.contact), Attributes: merged({}, change) }
  const { status, body } = await ctx.http({ method: 'POST', path: usersPath(ctx), form, accept: [400, 409], reply })
  return judge(change, status, body)
}

const pushOne = async (ctx: Wire, change: Change): Promise<Outcome> => {
  const found = await find(ctx, change.contact)
  if (found) return update(ctx, change, found)
  return change.create ? create(ctx, change) : { status: 'skipped', reason: 'Twilio has no such user' }
}

/** One user a request. */
export const push = (ctx: Wire, changes: readonly Change[]): Promise<readonly Receipt[]> =>
  Promise.all(changes.map(async (change) => ({ contact: change.contact.id, ...(await pushOne(ctx, change)) })))
