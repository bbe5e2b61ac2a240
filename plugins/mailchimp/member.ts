import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type MailchimpContext, pathIn } from './settings.ts'

const tag = z.object({ name: z.string() })
export const member = z.object({
  id: z.string(),
  email_address: z.string(),
  status: z.string().default(''),
  /** A map; PHP writes an empty one as a list. */
  merge_fields: z.record(z.string(), z.unknown()).catch({}),
  last_changed: z.iso.datetime({ offset: true }),
  tags: z.array(tag).default([]),
  tags_count: z.number().default(0),
})
export type Member = z.output<typeof member>

/** How Mailchimp names a member in paths: the MD5 of the address in lower case. */
export const memberId = (email: string): string => createHash('md5').update(email.toLowerCase()).digest('hex')
export const memberPath = (ctx: MailchimpContext, email: string, rest = ''): string =>
  pathIn(ctx, `/members/${memberId(email)}${rest}`)

/** `null` when the audience has no such member. */
export const memberWith = async (ctx: MailchimpContext, email: string): Promise<Member | null> => {
  const query = { fields: 'id,email_address,status,merge_fields,last_changed,tags,tags_count' }
  const reply = z.union([member, z.object({ status: z.literal(404) })])
  const { body } = await ctx.http({ method: 'GET', path: memberPath(ctx, email), query, accept: [404], reply })
  return 'id' in body ? body : null
}

export const pageSize = 500
/**
 * A page of members in the order in which they last changed. The vendor does not say whether `since_last_changed` includes
 * its own second, so it is asked for from a second earlier.
 */
export const membersSince = async (
  ctx: MailchimpContext,
  since: string | null,
  offset: number,
): Promise<readonly Member[]> => {
  const from = since === null ? undefined : new Date(Date.parse(since) - 1000).toISOString()
  const query = {
    since_last_changed: from,
    sort_field: 'last_changed',
    sort_dir: 'ASC',
    count: pageSize,
    offset,
    fields: 'members.id,members.email_address,members.status,members.merge_fields,members.last_changed',
  }
  const reply = z.object({ members: z.array(member) })
  const { body } = await ctx.http({ method: 'GET', path: pathIn(ctx, '/members'), query, reply })
  return body.members
}
