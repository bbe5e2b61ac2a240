import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { z } from 'zod'
import type { Sandbox, SandboxFactory, SandboxReply, SandboxRequest } from '../contract/sandbox.ts'
import { fieldValue } from '../contract/value.ts'
import { contactsPage } from './sandbox-page.ts'
import { stateFor } from './sandbox-state.ts'

const maxBytes = 10 * 1024 * 1024

const contact = z.strictObject({
  email: z.string().min(1),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  fields: z.record(z.string(), fieldValue).default({}),
  memberships: z.array(z.string().regex(/^[^/]+\/.+$/, 'kind/name')).default([]),
  consent: z.boolean().optional(),
})
const line = z.strictObject({
  sku: z.string(),
  name: z.string(),
  category: z.string(),
  price: z.number(),
  quantity: z.number(),
})
const order = z.strictObject({ email: z.string(), code: z.string(), at: z.iso.datetime(), lines: z.array(line) })
const contacts = z.array(contact)

/** Whom and what a tool knows before the hub comes: the file that a connector's `sandbox.seed` names. */
export const sandboxSeed = z.strictObject({ contacts: contacts.default([]), orders: z.array(order).default([]) })
export type SandboxSeed = z.output<typeof sandboxSeed>

/** What happens to a request in place of an answer: nothing ever comes, the connection breaks, or half of the real answer comes. */
export type Mishap = 'hang' | 'reset' | 'truncate'

export interface SandboxOptions {
  readonly factory: SandboxFactory
  /** Where the tool's state is kept; `null`: nowhere. */
  readonly stateFile: string | null
  readonly now: () => number
  /** For a tool that has no state yet. */
  readonly seed?: SandboxSeed | undefined
  /** Asked before the sandbox; `null` lets the request through. */
  readonly intercept?: ((request: SandboxRequest) => SandboxReply | Mishap | null) | undefined
}
export interface OpenSandbox {
  /** Without a slash at its end. */
  readonly url: string
  readonly sandbox: Sandbox
  /** Saves the state and hangs up. */
  readonly close: () => Promise<void>
}

interface Response {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
const json = ({ status, headers = {}, json: value }: SandboxReply): Response => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: value === undefined ? '' : JSON.stringify(value),
})
const html = (body: string): Response => ({
  status: 200,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'",
  },
  body,
})
const problem = (status: number, detail: string) => json({ status, json: { detail } })

const bytesOf = async (request: IncomingMessage): Promise<string | null> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > maxBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
const bodyFrom = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
const headersOf = (request: IncomingMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))

type Route = (sandbox: Sandbox, request: SandboxRequest, url: URL) => Response
/** What a person does in the tool, or sees there: beside the tool's own API. */
const routes: Readonly<Record<string, Route>> = {
  'GET /__sandbox': (sandbox) => html(contactsPage(sandbox)),
  'GET /__sandbox/contacts': (sandbox) => json({ status: 200, json: sandbox.contacts() }),
  'GET /__sandbox/page': (sandbox, _, url) => html(sandbox.page(url.searchParams.get('email') ?? '')),
  'POST /__sandbox/contacts': (sandbox, { body }) => {
    const given = contacts.safeParse(body)
    if (!given.success) return problem(422, z.prettifyError(given.error))
    sandbox.seed(given.data)
    return json({ status: 204 })
  },
  'POST /__sandbox/order': (sandbox, { body }) => {
    const given = order.safeParse(body)
    if (!given.success) return problem(422, z.prettifyError(given.error))
    if (!sandbox.order) return problem(404, 'this tool takes no orders')
    sandbox.order(given.data)
    return json({ status: 204 })
  },
}

const answerTo = (sandbox: Sandbox, request: SandboxRequest): Response => {
  const url = new URL(request.path, 'http://sandbox.invalid')
  if (!url.pathname.startsWith('/__sandbox')) return json(sandbox.handle(request))
  const route = routes[`${request.method} ${url.pathname}`]
  return route ? route(sandbox, request, url) : problem(404, `the sandbox has no ${request.method} ${url.pathname}`)
}

const send = (response: ServerResponse, { status, headers, body }: Response) => {
  response.writeHead(status, headers)
  response.end(body)
}

/** Starts a plugin's sandbox on this machine, on any free port, speaking the tool's own HTTP. */
export const openSandbox = async (options: SandboxOptions): Promise<OpenSandbox> => {
  const { factory, stateFile, now, seed, intercept } = options
  const sandbox = factory({ now })
  const state = await stateFor(sandbox, stateFile, () => {
    if (seed) sandbox.seed(seed.contacts)
    for (const placed of seed?.orders ?? []) sandbox.order?.(placed)
  })

  const serve = async (incoming: IncomingMessage, response: ServerResponse) => {
    const text = await bytesOf(incoming)
    if (text === null) return send(response, problem(413, 'more than 10 MB'))
    const request: SandboxRequest = {
      method: incoming.method ?? 'GET',
      path: incoming.url ?? '/',
      headers: headersOf(incoming),
      body: text === '' ? undefined : bodyFrom(text),
    }
    const fault = intercept?.(request) ?? null
    if (fault === 'hang') return
    if (fault === 'reset') return incoming.socket.resetAndDestroy()
    if (fault !== null && fault !== 'truncate') return send(response, json(fault))
    const answer = answerTo(sandbox, request)
    state.touch()
    const half = Math.floor(answer.body.length / 2)
    send(response, fault === 'truncate' ? { ...answer, body: answer.body.slice(0, half) } : answer)
  }

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => {
      if (!response.headersSent) send(response, problem(500, `the sandbox itself failed: ${String(error)}`))
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    sandbox,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      await state.flush()
    },
  }
}
