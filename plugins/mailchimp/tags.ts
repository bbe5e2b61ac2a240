import { z } from 'zod'
import type { Change } from '../../core/contract/change.ts'
import { memberPath } from './member.ts'
import { type MailchimpContext, pathIn } from './settings.ts'

/** Tags are static segments: found by name, filled and emptied by id. */
const tag = z.object({ id: z.number(), name: z.string() })

export const tagId = async (ctx: MailchimpContext, name: string): Promise<number | null> => {
  const reply = z.object({ tags: z.array(tag) })
  const { body } = await ctx.http({ method: 'GET', path: pathIn(ctx, '/tag-search'), query: { name }, reply })
  return body.tags.find((found) => found.name === name)?.id ?? null
}
export const createTag = async (ctx: MailchimpContext, name: string): Promise<number> => {
  const json = { name, static_segment: [] }
  const { body } = await ctx.http({ method: 'POST', path: pathIn(ctx, '/segments'), json, reply: tag })
  return body.id
}

interface Move {
  readonly name: string
  readonly join: readonly string[]
  readonly leave: readonly string[]
}
const movesOf = (changes: readonly Change[]): readonly Move[] => {
  const names = new Set(changes.flatMap(({ join, leave }) => [...join, ...leave].map(({ name }) => name)))
  const emails = (name: string, side: 'join' | 'leave') =>
    changes.filter((change) => change[side].some((tag) => tag.name === name)).map(({ contact }) => contact.key.value)
  return [...names].map((name) => ({ name, join: emails(name, 'join'), leave: emails(name, 'leave') }))
}

const setOne = (ctx: MailchimpContext, email: string, name: string, status: 'active' | 'inactive') =>
  ctx.http({
    method: 'POST',
    path: memberPath(ctx, email, '/tags'),
    json: { tags: [{ name, status }] },
    reply: z.undefined(),
  })

const moved = z.array(z.object({ email_address: z.string() }))
const without = (emails: readonly string[], done: z.output<typeof moved>) => {
  const settled = new Set(done.map(({ email_address }) => email_address.toLowerCase()))
  return emails.filter((email) => !settled.has(email.toLowerCase()))
}

/**
 * One call for a tag. It passes over members who are in (or out) already and over those who are not subscribed, so all whom
 * its answer does not name get the member's own call, which takes everybody and can be repeated.
 */
const move = async (ctx: MailchimpContext, { name, join, leave }: Move) => {
  const known = await tagId(ctx, name)
  if (known === null && join.length === 0) return
  const id = known ?? (await createTag(ctx, name))
  const { body } = await ctx.http({
    method: 'POST',
    path: pathIn(ctx, `/segments/${id}`),
    json: { members_to_add: join, members_to_remove: leave },
    reply: z.object({ members_added: moved, members_removed: moved }),
  })
  await Promise.all([
    ...without(join, body.members_added).map((email) => setOne(ctx, email, name, 'active')),
    ...without(leave, body.members_removed).map((email) => setOne(ctx, email, name, 'inactive')),
  ])
}

/** Gives and takes the tags of members who exist. */
export const moveTags = async (ctx: MailchimpContext, changes: readonly Change[]): Promise<void> => {
  await Promise.all(movesOf(changes).map((each) => move(ctx, each)))
}
