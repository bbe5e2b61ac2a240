import { z } from 'zod'
import type { Sandbox, SandboxReply, SandboxRequest } from '../../../core/contract/sandbox.ts'
import { type Script, script } from './fault.ts'
import type { Served } from './ledger.ts'

/** What a tool's control acts on. */
export interface Rough {
  readonly sandbox: Sandbox
  readonly served: readonly Served[]
  readonly follow: (script: Script) => void
  readonly swap: (account: string) => void
}

/** A webhook on its way to a test: its body in base64. */
export const rawWebhook = z.object({
  headers: z.record(z.string(), z.string()),
  body: z.base64(),
})
export type RawWebhook = z.output<typeof rawWebhook>

const ok = (json: unknown): SandboxReply => ({ status: 200, json })
const done: SandboxReply = { status: 204 }
const swap = z.object({ account: z.string() })
const about = z.object({ email: z.string(), at: z.number() })

type Act = (rough: Rough, body: unknown, query: URLSearchParams) => SandboxReply
const acts: Readonly<Record<string, Act>> = {
  'PUT /script': (rough, body) => {
    rough.follow(script.parse(body))
    return done
  },
  'GET /served': ({ served }, _, query) => ok(served.slice(Number(query.get('after') ?? 0))),
  'GET /state': ({ sandbox }) => ok(sandbox.state()),
  'PUT /state': ({ sandbox }, body) => {
    sandbox.restore(body)
    return done
  },
  'PUT /account': (rough, body) => {
    rough.swap(swap.parse(body).account)
    return done
  },
  'POST /webhook': ({ sandbox }, body) => {
    const { email, at } = about.parse(body)
    const sent = sandbox.webhook?.(email, at)
    if (sent === undefined) return { status: 404, json: { detail: 'this tool sends no webhooks' } }
    return ok({ headers: sent.headers, body: Buffer.from(sent.body).toString('base64') } satisfies RawWebhook)
  },
}
const prefix = '/__rough'

/** The way in for a test, below `/__rough`; `null` for what is meant for the tool itself. */
export const controls =
  (rough: Rough) =>
  ({ method, path, body }: SandboxRequest): SandboxReply | null => {
    if (!path.startsWith(prefix)) return null
    const { pathname, searchParams } = new URL(path, 'http://rough.invalid')
    const act = acts[`${method} ${pathname.slice(prefix.length)}`]
    return act ? act(rough, body, searchParams) : { status: 404, json: { detail: `no ${method} ${path} here` } }
  }
