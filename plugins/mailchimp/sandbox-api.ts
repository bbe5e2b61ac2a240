import { z } from 'zod'
import type { SandboxReply, SandboxRequest } from '../../core/contract/sandbox.ts'
import type { AudienceInMemory, MergeField, Stored } from './sandbox-audience.ts'

export const audienceId = 'a1b2c3d4e5'

/** An RFC 7807 problem as Mailchimp writes it. */
export const problem = (status: number, title: string, detail: string, errors?: readonly object[]): SandboxReply => ({
  status,
  headers: { 'content-type': 'application/problem+json; charset=utf-8' },
  json: { type: 'https://mailchimp.com/developer/marketing/docs/errors/', title, status, detail, instance: '', errors },
})
const notFound = problem(404, 'Resource Not Found', 'The requested resource could not be found.')
const invalid = (detail: string, errors?: readonly object[]) => problem(400, 'Invalid Resource', detail, errors)
const ok = (json: unknown): SandboxReply => ({ status: 200, json })

const written = z.object({
  email_address: z.string(),
  status: z.string().optional(),
  status_if_new: z.string().optional(),
  merge_fields: z.record(z.string(), z.unknown()).default({}),
})
const subscription = z.object({ members: z.array(written).max(500), update_existing: z.boolean().default(false) })
const newField = z.object({
  tag: z.string().max(10),
  name: z.string(),
  type: z.string(),
  options: z.object({ choices: z.array(z.string()).default([]) }).default({ choices: [] }),
})
const segment = z.object({
  members_to_add: z.array(z.string()).max(500).default([]),
  members_to_remove: z.array(z.string()).max(500).default([]),
})
const tagChange = z.object({ tags: z.array(z.object({ name: z.string(), status: z.string() })) })

const shownField = ({ choices, ...field }: MergeField) => ({
  ...field,
  required: false,
  public: false,
  options: { choices },
})
const shownMember = (audience: AudienceInMemory, member: Stored) => {
  const names = new Map(audience.tags().map(({ id, name }) => [id, name]))
  return {
    id: audience.hashOf(member.email),
    email_address: member.email,
    status: member.status,
    merge_fields: Object.fromEntries(audience.fields().map(({ tag }) => [tag, member.merges[tag] ?? ''])),
    last_changed: member.last_changed,
    tags_count: member.tags.length,
    tags: member.tags.slice(0, 50).map((id) => ({ id, name: names.get(id) })),
    list_id: audienceId,
  }
}

const subscribe = (audience: AudienceInMemory, body: unknown): SandboxReply => {
  const given = subscription.safeParse(body)
  if (!given.success) return invalid('The resource submitted could not be validated.')
  const { members, update_existing } = given.data
  const results = members.map((member) => {
    const { email_address } = member
    if (!update_existing && audience.find(email_address))
      return { email_address, error: `${email_address} is already a list member.`, error_code: 'ERROR_CONTACT_EXISTS' }
    return { email_address, error_code: 'ERROR_GENERIC', ...audience.put(member) }
  })
  const taken = results.flatMap((result) => ('member' in result ? [result] : []))
  const shown = (isNew: boolean) =>
    taken.filter((result) => result.isNew === isNew).map(({ member }) => shownMember(audience, member))
  const errors = results.filter((result) => 'error' in result)
  return ok({ new_members: shown(true), updated_members: shown(false), errors, error_count: errors.length })
}

const listMembers = (audience: AudienceInMemory, query: URLSearchParams): SandboxReply => {
  const [count, offset] = [Number(query.get('count') ?? 10), Number(query.get('offset') ?? 0)]
  if (count > 1000) return invalid('count must be at most 1000')
  const since = Date.parse(query.get('since_last_changed') ?? '1970-01-01T00:00:00Z')
  const hits = audience
    .members()
    .filter(({ last_changed }) => Date.parse(last_changed) > since)
    .sort((a, b) => Date.parse(a.last_changed) - Date.parse(b.last_changed))
  const members = hits.slice(offset, offset + count).map((member) => shownMember(audience, member))
  return ok({ members, list_id: audienceId, total_items: hits.length })
}

/** Passes over members who are not subscribed, and names only those whom it moved. */
const fillSegment = (audience: AudienceInMemory, id: number, body: unknown): SandboxReply => {
  if (!audience.tags().some((tag) => tag.id === id)) return notFound
  const given = segment.parse(body)
  const movable = (emails: readonly string[], isOn: boolean) =>
    emails.flatMap((email) => {
      const member = audience.find(email)
      return member?.status === 'subscribed' && member.tags.includes(id) !== isOn ? [member] : []
    })
  const [added, removed] = [movable(given.members_to_add, true), movable(given.members_to_remove, false)]
  for (const member of added) audience.setTag(member, id, true)
  for (const member of removed) audience.setTag(member, id, false)
  const shown = (members: readonly Stored[]) => members.map((member) => shownMember(audience, member))
  return ok({ members_added: shown(added), members_removed: shown(removed), errors: [], error_count: 0 })
}
const tagMember = (audience: AudienceInMemory, member: Stored, body: unknown): SandboxReply => {
  for (const { name, status } of tagChange.parse(body).tags)
    audience.setTag(member, audience.tagNamed(name).id, status === 'active')
  return { status: 204 }
}
const addField = (audience: AudienceInMemory, body: unknown): SandboxReply => {
  const given = newField.safeParse(body)
  if (!given.success) return invalid('Merge tags have at most 10 characters.')
  const { options, ...field } = given.data
  if (audience.fields().some(({ tag }) => tag === field.tag))
    return invalid(`A Merge Field with the tag "${field.tag}" already exists for this list.`)
  return ok(shownField(audience.addField({ ...field, choices: options.choices })))
}

/** The member's own call: PUT adds or updates, PATCH only updates. */
const writeMember = (audience: AudienceInMemory, hash: string, { method, body }: SandboxRequest): SandboxReply => {
  const given = written.safeParse(body)
  if (!given.success) return invalid('The resource submitted could not be validated.')
  if (method === 'PATCH' && !audience.findByHash(hash)) return notFound
  const result = audience.put(given.data)
  if ('member' in result) return ok(shownMember(audience, result.member))
  const { error, field, field_message: message } = result
  return invalid(error, field ? [{ field, message }] : undefined)
}

const ofMember = (audience: AudienceInMemory, hash: string, rest: string, request: SandboxRequest): SandboxReply => {
  const { method, body } = request
  if (rest === '' && method !== 'GET') return writeMember(audience, hash, request)
  const member = audience.findByHash(hash)
  if (!member) return notFound
  const routes: Readonly<Record<string, () => SandboxReply>> = {
    'GET ': () => ok(shownMember(audience, member)),
    'GET /tags': () => ok({ tags: audience.tags().filter(({ id }) => member.tags.includes(id)) }),
    'POST /tags': () => tagMember(audience, member, body),
    'POST /actions/delete-permanent': () => {
      audience.forget(member)
      return { status: 204 }
    },
  }
  return routes[`${method} ${rest}`]?.() ?? notFound
}

/** Answers as the Marketing API does below `/3.0`, for one account with one audience. */
export const answer = (audience: AudienceInMemory, request: SandboxRequest): SandboxReply => {
  const { pathname, searchParams: query } = new URL(request.path, 'https://us0.api.mailchimp.com')
  const route = pathname.replace(/^\/3\.0/, '')
  if (route === '/') return ok({ account_id: audience.account(), account_name: 'Mailchimp sandbox' })
  const [list, within = ''] = new RegExp(`^/lists/${audienceId}(/.*)?$`).exec(route) ?? []
  if (list === undefined) return notFound
  const [, hash, rest = ''] = /^\/members\/([0-9a-f]{32})(\/.*)?$/.exec(within) ?? []
  if (hash !== undefined) return ofMember(audience, hash, rest, request)
  const id = /^\/segments\/(\d+)$/.exec(within)?.[1]
  if (id !== undefined && request.method === 'POST') return fillSegment(audience, Number(id), request.body)
  const created = '2020-08-12T16:21:04+00:00'
  const routes: Readonly<Record<string, () => SandboxReply>> = {
    'GET ': () => ok({ id: audienceId, name: 'Newsletter', date_created: created }),
    'POST ': () => subscribe(audience, request.body),
    'GET /merge-fields': () => ok({ merge_fields: audience.fields().map(shownField) }),
    'POST /merge-fields': () => addField(audience, request.body),
    'GET /members': () => listMembers(audience, query),
    'GET /tag-search': () =>
      ok({ tags: audience.tags().filter(({ name }) => name.startsWith(query.get('name') ?? '')) }),
    'POST /segments': () => ok(audience.tagNamed(z.object({ name: z.string() }).parse(request.body).name)),
  }
  return routes[`${request.method} ${within}`]?.() ?? notFound
}
