import { z } from 'zod'
import type { SandboxReply, SandboxRequest } from '../../core/contract/sandbox.ts'
import { type AccountInMemory, importBody } from './sandbox-account.ts'
import {
  accepted,
  conditionsIn,
  done,
  fits,
  listing,
  notFound,
  ok,
  problem,
  shownJob,
  shownProfile,
} from './sandbox-answer.ts'

const links = z.object({ data: z.array(z.object({ id: z.string() })).max(1000) })
const naming = z.object({ data: z.object({ attributes: z.looseObject({ name: z.string() }) }) })
const deletion = z.object({
  data: z.object({ attributes: z.object({ profile: z.object({ data: z.object({ id: z.string() }) }) }) }),
})
const topicIds = ['opened_email', 'clicked_email', 'unsubscribed_from_email_marketing']
const metrics = [
  { id: 'METR01', name: 'Opened Email' },
  { id: 'METR02', name: 'Clicked Email' },
]

type Handler = (account: AccountInMemory, request: SandboxRequest, query: URLSearchParams, id: string) => SandboxReply

const getProfiles: Handler = (account, _, query) => {
  const conditions = conditionsIn(query.get('filter') ?? '')
  const isWithConsent = query.get('additional-fields[profile]') === 'subscriptions'
  const found = account
    .held()
    .profiles.filter(({ id, updated, attributes }) =>
      fits((field) => ({ ...attributes, id, updated })[field], conditions),
    )
    .sort((a, b) => Date.parse(a.updated) - Date.parse(b.updated))
  const shown = found.map((profile) => shownProfile(profile, isWithConsent))
  return listing(shown, query, 100)
}
const getEvents: Handler = (account, _, query) => {
  const conditions = conditionsIn(query.get('filter') ?? '')
  const shown = z.array(
    z.looseObject({
      type: z.string(),
      id: z.string(),
      metric_id: z.string(),
      attributes: z.looseObject({ datetime: z.string() }),
    }),
  )
  const found = shown
    .parse(account.held().events)
    .filter(({ metric_id, attributes }) => fits((field) => ({ metric_id, ...attributes })[field], conditions))
  const people = query.get('include') === 'profile' ? account.held().profiles : []
  return listing(
    found,
    query,
    1000,
    people.map((profile) => shownProfile(profile, false)),
  )
}
const postImport: Handler = (account, { body }) => {
  const given = importBody.safeParse(body)
  if (!given.success) return problem(400, 'invalid', 'The payload provided in the request is invalid.')
  return accepted({ data: shownJob(account.enqueue(given.data)) })
}
const getJob: Handler = (account, _, __, id) => {
  const job = account.held().jobs.find((one) => one.id === id)
  return job ? ok({ data: shownJob(job) }) : notFound
}
const getErrors: Handler = (account, _, query, id) => {
  const errors = account.held().jobs.find((one) => one.id === id)?.errors ?? []
  const shown = errors.map((attributes, index) => ({ type: 'import-error', id: `${id}-${index}`, attributes }))
  return listing(shown, query, 100)
}
const getLists: Handler = (account, _, query) => {
  const conditions = conditionsIn(query.get('filter') ?? '')
  const found = account.held().lists.filter(({ id, name }) => fits((field) => ({ id, name })[field], conditions))
  const shown = found.map(({ id, name }) => ({ type: 'list', id, attributes: { name } }))
  return listing(shown, query, 10)
}
const postList: Handler = (account, { body }) => {
  const { id, name } = account.listNamed(naming.parse(body).data.attributes.name)
  return ok({ data: { type: 'list', id, attributes: { name } } }, 201)
}
const getMembers: Handler = (account, _, query, id) => {
  const conditions = conditionsIn(query.get('filter') ?? '')
  const members = account
    .held()
    .profiles.filter(({ lists, attributes }) => lists.includes(id) && fits((field) => attributes[field], conditions))
  const shown = members.map((member) => ({ type: 'profile', id: member.id }))
  return listing(shown, query, 100)
}
const getListsOf: Handler = (account, _, query, id) => {
  const lists = account.held().profiles.find((profile) => profile.id === id)?.lists ?? []
  return listing(
    lists.map((list) => ({ type: 'list', id: list })),
    query,
    100,
  )
}
const moveMembers =
  (isIn: boolean): Handler =>
  (account, { body }, _, id) => {
    const ids = links.parse(body).data.map((link) => link.id)
    const { lists, profiles } = account.held()
    if (!lists.some((list) => list.id === id)) return notFound
    for (const profile of profiles.filter((one) => ids.includes(one.id))) account.join(profile, id, isIn)
    return done
  }
const deleteProfile: Handler = (account, { body }) => {
  account.forget(deletion.parse(body).data.attributes.profile.data.id)
  return { status: 202 }
}
const getWebhooks: Handler = (account) =>
  ok({ data: account.held().webhooks.map(({ id, name }) => ({ type: 'webhook', id, attributes: { name } })) })
const postWebhook: Handler = (account, { body }) => {
  const made = { id: account.freshId('webhook'), name: naming.parse(body).data.attributes.name }
  account.held().webhooks.push(made)
  return ok({ data: { type: 'webhook', id: made.id, attributes: { name: made.name } } }, 201)
}
const getAccounts: Handler = (account) => {
  const { id } = account.held()
  return ok({
    data: [
      { type: 'account', id, attributes: { contact_information: { organization_name: `Klaviyo sandbox ${id}` } } },
    ],
  })
}
const getMetrics: Handler = (_, __, query) =>
  listing(
    metrics.map(({ id, name }) => ({ type: 'metric', id, attributes: { name } })),
    query,
    200,
  )
const getTopics: Handler = (_, __, query) =>
  listing(
    topicIds.map((id) => ({ type: 'webhook-topic', id: `event:klaviyo.${id}` })),
    query,
    200,
  )
const getSegments: Handler = (_, __, query) => listing([], query, 10)

const routes: Readonly<Record<string, Handler>> = {
  'GET /accounts': getAccounts,
  'GET /profiles': getProfiles,
  'GET /profiles/*/relationships/lists': getListsOf,
  'GET /events': getEvents,
  'GET /metrics': getMetrics,
  'GET /segments': getSegments,
  'POST /profile-bulk-import-jobs': postImport,
  'GET /profile-bulk-import-jobs/*': getJob,
  'GET /profile-bulk-import-jobs/*/import-errors': getErrors,
  'GET /lists': getLists,
  'POST /lists': postList,
  'GET /lists/*/relationships/profiles': getMembers,
  'POST /lists/*/relationships/profiles': moveMembers(true),
  'DELETE /lists/*/relationships/profiles': moveMembers(false),
  'POST /data-privacy-deletion-jobs': deleteProfile,
  'GET /webhooks': getWebhooks,
  'POST /webhooks': postWebhook,
  'GET /webhook-topics': getTopics,
}

/** Answers as the API does below `/api`, for one account. */
export const answer = (account: AccountInMemory, request: SandboxRequest): SandboxReply => {
  const { pathname, searchParams } = new URL(request.path, 'https://a.klaviyo.com')
  if (request.headers.revision === undefined) return problem(400, 'invalid', 'A revision header is required.')
  const [kind = '', id = '', ...rest] = pathname.replace(/^\/api\//, '').split('/')
  const pattern = [kind, ...(id === '' ? [] : ['*']), ...rest].join('/')
  return routes[`${request.method} /${pattern}`]?.(account, request, searchParams, id) ?? notFound
}
