import { z } from 'zod'
import type { EventRecord } from '../../core/contract/record.ts'
import { ask, pageSize, quoted, timeIn } from './api.ts'
import type { GhostContext } from './settings.ts'

const event = z.object({
  type: z.string(),
  data: z.object({
    id: z.string(),
    created_at: z.iso.datetime({ offset: true }),
    /** `null` where the member has been deleted. */
    member: z.object({ id: z.string(), email: z.string() }).nullish().default(null),
    email: z.object({ post_id: z.string().nullish(), subject: z.string().nullish() }).nullish(),
    post: z.object({ id: z.string(), title: z.string().nullish() }).nullish(),
    link: z.object({ to: z.string().nullish() }).nullish(),
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

const names: Readonly<Record<string, string>> = {
  email_opened_event: 'Email Opened',
  click_event: 'Email Link Clicked',
}
export const mailActivities = Object.keys(names)

/** What somebody did with a mail; `null` where it is none of that, or nobody's any more. */
export const mailEventOf = ({ type, data }: Activity): EventRecord | null => {
  const name = names[type]
  if (name === undefined || data.member === null) return null
  const campaign = data.post?.id ?? data.email?.post_id
  const title = data.post?.title ?? data.email?.subject
  return {
    kind: 'event',
    id: `${type}:${data.id}`,
    at: data.created_at,
    identifiers: [{ type: 'email', value: data.member.email }],
    remoteId: data.member.id,
    event: name,
    properties: {
      ...(campaign ? { campaign_id: campaign } : {}),
      ...(title ? { campaign_name: title } : {}),
      ...(data.link?.to ? { link_url: data.link.to } : {}),
    },
  }
}
