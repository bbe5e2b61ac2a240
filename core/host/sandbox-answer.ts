import { z } from 'zod'
import type { Sandbox, SandboxReply, SandboxRequest } from '../contract/sandbox.ts'
import { contactsPage } from './sandbox-page.ts'
import { sandboxContacts, sandboxOrder } from './sandbox-seed.ts'

/** What goes over the wire. */
export interface WireAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export const jsonAnswer = ({ status, headers = {}, json, text }: SandboxReply): WireAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: text ?? (json === undefined ? '' : JSON.stringify(json)),
})
export const problemAnswer = (status: number, detail: string): WireAnswer => jsonAnswer({ status, json: { detail } })
const htmlAnswer = (body: string): WireAnswer => ({
  status: 200,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'",
  },
  body,
})
const done = jsonAnswer({ status: 204 })

type Route = (sandbox: Sandbox, request: SandboxRequest, query: URLSearchParams) => WireAnswer
/** What a person does in the tool, or sees there: beside the tool's own API. */
const routes: Readonly<Record<string, Route>> = {
  'GET /__sandbox': (sandbox) => htmlAnswer(contactsPage(sandbox)),
  'GET /__sandbox/contacts': (sandbox) => jsonAnswer({ status: 200, json: sandbox.contacts() }),
  'GET /__sandbox/page': (sandbox, _, query) => htmlAnswer(sandbox.page(query.get('email') ?? '')),
  'POST /__sandbox/contacts': (sandbox, { body }) => {
    const given = sandboxContacts.safeParse(body)
    if (!given.success) return problemAnswer(422, z.prettifyError(given.error))
    sandbox.seed(given.data)
    return done
  },
  'POST /__sandbox/order': (sandbox, { body }) => {
    const given = sandboxOrder.safeParse(body)
    if (!given.success) return problemAnswer(422, z.prettifyError(given.error))
    if (!sandbox.order) return problemAnswer(404, 'this tool takes no orders')
    sandbox.order(given.data)
    return done
  },
}

/** What a sandbox answers: by the tool's own API, or below `/__sandbox` to a person. */
export const answerOf = (sandbox: Sandbox, request: SandboxRequest): WireAnswer => {
  const { pathname, searchParams } = new URL(request.path, 'http://sandbox.invalid')
  if (!pathname.startsWith('/__sandbox')) return jsonAnswer(sandbox.handle(request))
  const route = routes[`${request.method} ${pathname}`]
  return route
    ? route(sandbox, request, searchParams)
    : problemAnswer(404, `the sandbox has no ${request.method} ${pathname}`)
}
