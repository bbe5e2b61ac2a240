import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Sandbox, SandboxFactory, SandboxReply, SandboxRequest } from '../contract/sandbox.ts'
import { answerOf, jsonAnswer, problemAnswer, type WireAnswer } from './sandbox-answer.ts'
import type { SandboxSeed } from './sandbox-seed.ts'
import { stateFor } from './sandbox-state.ts'

const maxBytes = 10 * 1024 * 1024

/** What comes in place of an answer: nothing ever, a broken connection, or half of what was done in answer. */
export type Mishap = 'hang' | 'reset' | 'truncate'
/** The tool does all or half of what it was asked, and then this comes in place of its answer; `answer`: its own. */
export interface Afterwards {
  readonly does: 'all' | 'half'
  readonly gives: SandboxReply | Mishap | 'answer'
}
/** Asked before the sandbox is; `null` lets the request through. Anything but an `Afterwards` comes before anything is done, save `truncate`. */
export type Intercept = (request: SandboxRequest) => SandboxReply | Mishap | Afterwards | null

export interface SandboxOptions {
  readonly factory: SandboxFactory
  /** Where the tool's state is kept; `null`: nowhere. */
  readonly stateFile: string | null
  readonly now: () => number
  /** For a tool that has no state yet. */
  readonly seed?: SandboxSeed | undefined
  readonly intercept?: Intercept | undefined
  /** Any free one unless stated. */
  readonly port?: number | undefined
}
export interface OpenSandbox {
  /** Without a slash at its end. */
  readonly url: string
  readonly sandbox: Sandbox
  /** Saves the state and hangs up. */
  readonly close: () => Promise<void>
}

const textOf = async (incoming: IncomingMessage): Promise<string | null> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming) {
    size += chunk.length
    if (size > maxBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
const bodyFrom = (text: string): unknown => {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return text
  }
}
const requestOf = ({ method = 'GET', url = '/', headers }: IncomingMessage, text: string): SandboxRequest => ({
  method,
  path: url,
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
  body: bodyFrom(text),
})

/** What happens to a request. */
interface Course {
  readonly does: 'all' | 'half' | 'nothing'
  readonly gives: Afterwards['gives']
}
const courseOf = (met: ReturnType<Intercept>): Course => {
  if (met === null) return { does: 'all', gives: 'answer' }
  if (met === 'truncate') return { does: 'all', gives: met }
  return typeof met === 'object' && 'does' in met ? met : { does: 'nothing', gives: met }
}
/** `null` where it is no batch: then all of it is done. */
const halfOf = (sandbox: Sandbox, request: SandboxRequest, does: Course['does']): WireAnswer | null => {
  const reply = does === 'half' ? sandbox.half(request) : null
  return reply && jsonAnswer(reply)
}

const send = (response: ServerResponse, { status, headers, body }: WireAnswer) =>
  response.writeHead(status, headers).end(body)
const halved = ({ body, ...answer }: WireAnswer): WireAnswer => ({ ...answer, body: body.slice(0, body.length / 2) })

const listening = async (server: Server, port: number): Promise<string> => {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (typeof address === 'string' || address === null) throw new Error('starting a sandbox: it got no port')
  return `http://127.0.0.1:${address.port}`
}
const closing = (server: Server) =>
  new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

const sow = (sandbox: Sandbox, { contacts, orders }: SandboxSeed) => {
  sandbox.seed(contacts)
  for (const order of orders) sandbox.order?.(order)
}

/** Starts a plugin's sandbox on this machine, on any free port, speaking the tool's own HTTP. */
export const openSandbox = async (options: SandboxOptions): Promise<OpenSandbox> => {
  const { factory, stateFile, now, seed, intercept = () => null, port = 0 } = options
  const sandbox = factory({ now })
  const state = await stateFor(sandbox, stateFile, () => seed && sow(sandbox, seed))

  const serve = async (incoming: IncomingMessage, response: ServerResponse) => {
    const text = await textOf(incoming)
    if (text === null) return send(response, problemAnswer(413, 'more than 10 MB'))
    const request = requestOf(incoming, text)
    const { does, gives } = courseOf(intercept(request))
    const answer = does === 'nothing' ? null : (halfOf(sandbox, request, does) ?? answerOf(sandbox, request))
    if (answer !== null) state.touch()
    if (gives === 'hang') return
    if (gives === 'reset') return incoming.socket.resetAndDestroy()
    if (typeof gives === 'object') return send(response, jsonAnswer(gives))
    if (answer !== null) send(response, gives === 'truncate' ? halved(answer) : answer)
  }
  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => {
      if (!response.headersSent) send(response, problemAnswer(500, `the sandbox itself failed: ${String(error)}`))
    })
  })
  const url = await listening(server, port)
  return {
    url,
    sandbox,
    async close() {
      await closing(server)
      await state.flush()
    },
  }
}
