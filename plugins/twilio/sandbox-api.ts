import type { SandboxReply, SandboxRequest } from '../../core/contract/sandbox.ts'
import type { AccountInMemory, StoredMessage } from './sandbox-account.ts'

export const accountSid = 'AC0123456789abcdef0123456789abcdef'
const ok = (json: unknown, status = 200): SandboxReply => ({ status, json })
const done: SandboxReply = { status: 204 }
/** An error as Twilio writes it. */
export const problem = (status: number, code: number, message: string): SandboxReply => ({
  status,
  json: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status },
})
const notFound = problem(404, 20404, 'The requested resource was not found')

type Handler = (account: AccountInMemory, request: SandboxRequest, query: URLSearchParams, id: string) => SandboxReply
const formIn = ({ body }: SandboxRequest) => new URLSearchParams(typeof body === 'string' ? body : '')

/** A page, and the query that leads to the next one. */
const page = <T>(items: readonly T[], query: URLSearchParams) => {
  const [size, index] = [Number(query.get('PageSize') ?? 50), Number(query.get('Page') ?? 0)]
  const isLast = (index + 1) * size >= items.length
  const next = new URLSearchParams({ PageSize: String(size), Page: String(index + 1), PageToken: `PT${index + 1}` })
  return { items: items.slice(index * size, (index + 1) * size), next: isLast ? null : String(next) }
}

const getUsers: Handler = (account, _, query) => {
  const { items, next } = page(account.held().users, query)
  const next_page_url = next && `https://conversations.twilio.com/v1/Users?${next}`
  return ok({ users: items, meta: { page_size: 50, next_page_url } })
}
const getUser: Handler = (account, _, __, id) => {
  const found = account.find(id)
  return found ? ok(found) : notFound
}
const postUsers: Handler = (account, request) => {
  const form = formIn(request)
  const identity = form.get('Identity') ?? ''
  const refusal = account.refusalOf(identity)
  if (refusal !== null) return problem(400, 50202, refusal)
  if (account.find(identity)) return problem(409, 50201, 'User already exists')
  return ok(account.add(identity, form.get('Attributes') ?? '{}'), 201)
}
const postUser: Handler = (account, request, _, id) => {
  const found = account.find(id)
  if (!found) return notFound
  account.write(found, formIn(request).get('Attributes') ?? found.attributes)
  return ok(found)
}
const deleteUser: Handler = (account, _, __, id) => {
  const found = account.find(id)
  if (!found) return notFound
  account.remove(found)
  return done
}

const dayOf = ({ date_sent }: StoredMessage) => new Date(date_sent).toISOString().slice(0, 10)
const getMessages: Handler = (account, _, query) => {
  const isWanted = (one: StoredMessage) =>
    (query.get('From') ?? one.from) === one.from &&
    (query.get('To') ?? one.to) === one.to &&
    dayOf(one) >= (query.get('DateSent>') ?? '') &&
    dayOf(one) <= (query.get('DateSent<') ?? '9999')
  const newestFirst = account
    .held()
    .messages.filter(isWanted)
    .sort((a, b) => Date.parse(b.date_sent) - Date.parse(a.date_sent))
  const { items, next } = page(newestFirst, query)
  const next_page_uri = next && `/2010-04-01/Accounts/${accountSid}/Messages.json?${next}`
  return ok({ messages: items, next_page_uri })
}
const getMessage: Handler = (account, _, __, id) => {
  const found = account.held().messages.find(({ sid }) => sid === id)
  return found ? ok(found) : notFound
}
const deleteMessage: Handler = (account, _, __, id) => (account.removeMessage(id) ? done : notFound)
const getAccount: Handler = (account) =>
  ok({
    sid: accountSid,
    friendly_name: 'Twilio sandbox',
    date_created:
      account.held().name === 'sandbox' ? 'Wed, 01 Jan 2020 00:00:00 +0000' : 'Thu, 02 Jan 2020 00:00:00 +0000',
  })

const inAccount = `/2010-04-01/Accounts/${accountSid}`
const routes: readonly (readonly [string, RegExp, Handler])[] = [
  ['GET', /^\/v1\/Users$/, getUsers],
  ['POST', /^\/v1\/Users$/, postUsers],
  ['GET', /^\/v1\/Users\/([^/]+)$/, getUser],
  ['POST', /^\/v1\/Users\/([^/]+)$/, postUser],
  ['DELETE', /^\/v1\/Users\/([^/]+)$/, deleteUser],
  ['GET', new RegExp(`^${inAccount}\\.json$`), getAccount],
  ['GET', new RegExp(`^${inAccount}/Messages\\.json$`), getMessages],
  ['GET', new RegExp(`^${inAccount}/Messages/([^/]+)\\.json$`), getMessage],
  ['DELETE', new RegExp(`^${inAccount}/Messages/([^/]+)\\.json$`), deleteMessage],
]

/** Answers as the two APIs do, of Conversations and of accounts, at one address. */
export const answer = (account: AccountInMemory, request: SandboxRequest): SandboxReply => {
  const { pathname, searchParams } = new URL(request.path, 'https://api.twilio.com')
  for (const [method, pattern, handler] of routes) {
    const found = request.method === method ? pattern.exec(pathname) : null
    if (found) return handler(account, request, searchParams, decodeURIComponent(found[1] ?? ''))
  }
  return notFound
}
