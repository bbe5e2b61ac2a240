import { z } from 'zod'
import type { Change, Outcome, Receipt } from '../../core/contract/change.ts'
import { keptOutcome, mergeFieldsOf } from './map.ts'
import { type Member, member, memberPath } from './member.ts'
import { type MailchimpContext, pathIn } from './settings.ts'
import { moveTags } from './tags.ts'

/** A field that is required on forms is no reason to refuse the others. */
const query = { skip_merge_validation: true }

/**
 * No member is sent with a `status`: that would subscribe again whoever has unsubscribed. `status_if_new` is read for new
 * members only, and is `subscribed` because the core lets a contact be created only in scope and with consent.
 */
const memberOf = ({ contact, create, fields }: Change) => ({
  email_address: contact.key.value,
  merge_fields: mergeFieldsOf(fields),
  ...(create ? { status_if_new: 'subscribed' } : {}),
})

const refusal = z.object({ email_address: z.string(), error: z.string().catch(''), error_code: z.string().catch('') })
type Refusal = z.output<typeof refusal>
interface Answer {
  readonly members: ReadonlyMap<string, Member>
  readonly refusals: ReadonlyMap<string, Refusal>
}
const byEmail = <T extends { readonly email_address: string }>(items: readonly T[]): ReadonlyMap<string, T> =>
  new Map(items.map((item) => [item.email_address.toLowerCase(), item]))
const emailOf = ({ contact }: Change) => contact.key.value.toLowerCase()

/** Source: https://mailchimp.com/developer/marketing/api/lists/batch-subscribe-or-unsubscribe/ */
const subscribe = async (ctx: MailchimpContext, changes: readonly Change[]): Promise<Answer> => {
  if (changes.length === 0) return { members: new Map(), refusals: new Map() }
  const { body } = await ctx.http({
    method: 'POST',
    path: pathIn(ctx),
    query,
    json: { members: changes.map(memberOf), update_existing: true },
    reply: z.object({ new_members: z.array(member), updated_members: z.array(member), errors: z.array(refusal) }),
  })
  return { members: byEmail([...body.new_members, ...body.updated_members]), refusals: byEmail(body.errors) }
}

const problem = z.object({
  status: z.number(),
  detail: z.string().catch(''),
  errors: z.array(z.object({ field: z.string().catch(''), message: z.string().catch('') })).catch([]),
})
const problemOutcome = ({ contact }: Change, { status, detail, errors }: z.output<typeof problem>): Outcome => {
  if (status === 404) return { status: 'skipped', reason: 'the audience has no such member' }
  const said = [detail, ...errors.map(({ field, message }) => `${field}: ${message}`)].join(' ')
  // Reasons end in logs, where no address belongs.
  const reason = `Mailchimp refused the member: ${said.replaceAll(contact.key.value, 'the address')}`
  return { status: 'rejected', reason, field: errors[0]?.field || undefined }
}
/** The member's own call, PATCH where nobody may be created. Its verdict is the last one. */
const writeOne = async (ctx: MailchimpContext, change: Change): Promise<Outcome> => {
  const { body } = await ctx.http({
    method: change.create ? 'PUT' : 'PATCH',
    path: memberPath(ctx, change.contact.key.value),
    query,
    json: memberOf(change),
    accept: [400, 404],
    reply: z.union([member, problem]),
  })
  return 'id' in body ? keptOutcome(change.fields, body) : problemOutcome(change, body)
}

/** Refused for now and not for good: whoever signs up in many places at once is held back for a while. */
const passing = 'ERROR_TOO_MANY_RECENT_SIGNUPS'
const bulkOutcome = (change: Change, { members, refusals }: Answer): Outcome | null => {
  const refused = refusals.get(emailOf(change))
  if (refused?.error_code === passing)
    return { status: 'retry', reason: 'Mailchimp holds new sign-ups of this person back' }
  if (refused) return null
  const after = members.get(emailOf(change))
  if (after) return keptOutcome(change.fields, after)
  return { status: 'retry', reason: 'Mailchimp answered 200 and named this member nowhere' }
}

/**
 * In bulk whom the audience knows or may get, one by one the others: the bulk call cannot be told to create nobody, and says
 * little of why it refuses somebody.
 */
export const push = async (ctx: MailchimpContext, changes: readonly Change[]): Promise<readonly Receipt[]> => {
  const isBulk = ({ create, contact }: Change) => create || contact.remoteId !== undefined
  const answer = await subscribe(ctx, changes.filter(isBulk))
  const judge = async (change: Change) => {
    const outcome = isBulk(change) ? bulkOutcome(change, answer) : null
    return [change, outcome ?? (await writeOne(ctx, change))] as const
  }
  const judged = await Promise.all(changes.map(judge))
  await moveTags(
    ctx,
    judged.flatMap(([change, { status }]) => (status === 'applied' ? [change] : [])),
  )
  return judged.map(([{ contact }, outcome]) => ({ contact: contact.id, ...outcome }))
}
