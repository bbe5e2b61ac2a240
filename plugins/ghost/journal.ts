import { z } from 'zod'
import type { EventRecord } from '../../core/contract/record.ts'
import { ask, pageSize, quoted, timeIn } from './api.ts'
import type { GhostContext } from './settings.ts'

const event = z.object({
  type: z.string(),
  data: z.object({
    id: z.string(),
    created_at: z.iso.datetime({ offset: true }),
    /** Of mails to a member who was deleted, Ghost keeps what was done with them, and shows an empty member. */
    member: z.object({ id: z.string(), email: z.string() }).nullable().catch(null),
    email: z.object({ post_id: z.string().nullish(), subject: z.string().nullish() }).nullish(),
    post: z.object({ id: z.string(), title: z.string().nullish() }).nullish(),
    link: z.object({ to: z.string().nullish() }).nullish(),
    amount: z.number().optional(),
    currency: z.string().optional(),
  }),
})
/** An entry of the activity feed, which Ghost Admin shows as a member's history. */
export type Activity = z.output<typeof event>

/** All from `since` on, oldest first. Ghost gives the newest first, so that the last page is needed before the first counts. */
export const activitiesSince = async (
  ctx: GhostContext,
  types: readonly string[],
  since: number,
): Promise<readonly Activity[]> => {
  const reply = z.object({ events: z.array(event) })
  const all: Activity[] = []
  let earlier = ''
  while (true) {
    const filter = `type:[${types.join(',')}]+data.created_at:>=${timeIn(since)}${earlier}`
    const query = { filter, limit: pageSize }
    const { body } = await ask(ctx, { method: 'GET', path: '/members/events/', query, reply })
    all.push(...body.events)
    const last = body.events.at(-1)
    if (body.events.length < pageSize || last === undefined) return all.reverse()
    const time = timeIn(Date.parse(last.data.created_at))
    earlier = `+(data.created_at:<${time},data.created_at:${time}+id:<${quoted(last.data.id)})`
  }
}

const eventOf = (activity: Activity, event: string, properties: EventRecord['properties']): EventRecord | null => {
  const { type, data } = activity
  if (data.member === null) return null
  return {
    kind: 'event',
    id: `${type}:${data.id}`,
    at: data.created_at,
    identifiers: [{ type: 'email', value: data.member.email }],
    remoteId: data.member.id,
    event,
    properties,
  }
}

const names: Readonly<Record<string, string>> = {
  email_opened_event: 'Email Opened',
  click_event: 'Email Link Clicked',
}
export const mailActivities = Object.keys(names)
/** What somebody did with a mail; `null` where it is nobody's any more. */
export const mailEventOf = (activity: Activity): EventRecord | null => {
  const { post, email, link } = activity.data
  const [campaign, title] = [post?.id ?? email?.post_id, post?.title ?? email?.subject]
  return eventOf(activity, names[activity.type] ?? activity.type, {
    ...(campaign ? { campaign_id: campaign } : {}),
    ...(title ? { campaign_name: title } : {}),
    ...(link?.to ? { link_url: link.to } : {}),
  })
}

/** Stripe counts these in hundredths, although they have none: https://docs.stripe.com/currencies#special-cases */
const inHundredths = new Set(['ISK', 'UGX'])
/** Stripe counts in the smallest unit of a currency. */
const major = (amount: number, currency: string): number => {
  if (inHundredths.has(currency) || !/^[A-Z]{3}$/.test(currency)) return amount / 100
  const { maximumFractionDigits = 2 } = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
  return amount / 10 ** maximumFractionDigits
}
export const paymentActivities = ['payment_event']
/** A payment for a subscription. Ghost does not tell for which tier. */
export const paymentEventOf = (activity: Activity): EventRecord | null => {
  const { id, amount = 0, currency = '' } = activity.data
  const code = currency.toUpperCase()
  const revenue = major(amount, code)
  return eventOf(activity, 'Order Completed', { order_id: id, revenue, total: revenue, currency: code, products: [] })
}
