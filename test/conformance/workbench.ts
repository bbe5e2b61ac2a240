import type { Connector, Context } from '../../core/contract/connector.ts'
import type { Sandbox, SandboxContact, SandboxRequest } from '../../core/contract/sandbox.ts'
import type { FieldValue } from '../../core/contract/value.ts'
import { contextFor } from '../../core/host/context.ts'
import { guardFor } from '../../core/host/guard.ts'
import type { Mode } from '../../core/host/http.ts'
import { unpaced } from '../../core/host/pace.ts'
import { isRead } from '../../core/host/read-only.ts'
import { type Intercept, openSandbox } from '../../core/host/sandbox-server.ts'
import { transportThrough } from '../../core/host/transport.ts'
import type { Subject } from './check.ts'

export interface Overrides {
  readonly settings?: Readonly<Record<string, unknown>>
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
}

/** One connector at one tool of its own, over real HTTP on this machine. */
export interface Workbench {
  readonly subject: Subject
  readonly connector: Connector
  readonly sandbox: Sandbox
  readonly url: string
  /** Of the sandbox and of the contexts; a check moves it. */
  readonly clock: { now: number }
  /** What reached the tool, in order. */
  readonly requests: readonly SandboxRequest[]
  /** What the connector logged, before the core took secrets out. */
  readonly logged: readonly string[]
  readonly context: (mode: Mode, overrides?: Overrides) => Context<Record<string, unknown>>
  /** From now on every request meets this first. */
  readonly breakBy: (fault: Intercept) => void
  /** Whether the manifest lists a request as one that only reads. */
  readonly isReading: (request: SandboxRequest) => boolean
  /** The contact as a person would see it in the tool. */
  readonly seen: (email: string) => SandboxContact | null
}

const start = Date.UTC(2026, 10, 21, 12)
const transport = transportThrough(guardFor({ loopback: true }))
/** For a sound answer, even on a busy machine. */
export const patienceMs = 20_000

const openWorkbench = async (subject: Subject) => {
  const { connector, sandbox: factory } = subject
  const clock = { now: start }
  const now = () => clock.now
  const requests: SandboxRequest[] = []
  const logged: string[] = []
  const broken: { by: Intercept } = { by: () => null }
  const intercept: Intercept = (request) => {
    requests.push(request)
    return broken.by(request)
  }
  const { url, sandbox, close } = await openSandbox({ factory, stateFile: null, now, intercept })

  const context: Workbench['context'] = (mode, overrides = {}) => {
    const {
      settings = sandbox.settings(url),
      signal = new AbortController().signal,
      timeoutMs = patienceMs,
    } = overrides
    const limits = { ...connector.limits, timeoutMs }
    const ctx = contextFor({ connector, settings, mode, transport, pace: unpaced, limits, log: () => {}, signal, now })
    return { ...ctx, log: (message, fields) => void logged.push(message, JSON.stringify(fields ?? {})) }
  }
  const { pathname } = new URL(connector.connect(connector.settings.parse(sandbox.settings(url))).baseUrl)
  const isReading = ({ method, path, body }: SandboxRequest) =>
    isRead(connector.reads, {
      method,
      path: new URL(path, url).pathname.slice(pathname.replace(/\/$/, '').length),
      json: body,
    })
  const breakBy = (fault: Intercept) => {
    broken.by = fault
  }
  const seen = (email: string) =>
    sandbox.contacts().find((contact) => contact.email.toLowerCase() === email.toLowerCase()) ?? null
  return {
    bench: {
      subject,
      connector,
      sandbox,
      url,
      clock,
      requests,
      logged,
      context,
      breakBy,
      isReading,
      seen,
    } satisfies Workbench,
    close,
  }
}

/** Gives a check a fresh tool, and takes it away afterwards. */
export const atWorkbench = async (subject: Subject, work: (bench: Workbench) => Promise<void>): Promise<void> => {
  const { bench, close } = await openWorkbench(subject)
  try {
    await work(bench)
  } finally {
    await close()
  }
}

/** A contact as somebody made it in the tool. */
export const person = (email: string, fields: Readonly<Record<string, FieldValue>> = {}): SandboxContact => ({
  email,
  firstName: 'Ada',
  lastName: 'Byron',
  fields,
  memberships: [],
  consent: true,
})
