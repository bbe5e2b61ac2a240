import type { Connector } from '../../../core/contract/connector.ts'
import type { Sandbox, SandboxFactory, SandboxReply, SandboxRequest } from '../../../core/contract/sandbox.ts'
import { loadConnector, loadSandbox } from '../../../core/host/catalogue.ts'
import { isRead } from '../../../core/host/read-only.ts'
import { type Intercept, openSandbox } from '../../../core/host/sandbox-server.ts'
import { controls, type Rough } from './control.ts'
import { type Course, courseOf } from './course.ts'
import { met } from './fault.ts'
import { changedBetween, looks, type Served } from './ledger.ts'

export interface RoughOptions {
  /** The plugin whose tool it is. */
  readonly use: string
  readonly stateFile: string | null
  readonly now: () => number
  readonly port?: number | undefined
  /** Told of every request that writes, before anything of it is done. */
  readonly writing?: (served: Served) => void
}
const isReading = ({ connect, settings, reads }: Connector, sandbox: Sandbox) => {
  const base = 'http://127.0.0.1:1'
  const { pathname } = new URL(connect(settings.parse(sandbox.settings(base))).baseUrl)
  return ({ method, path, body }: SandboxRequest) => {
    const below = new URL(path, base).pathname.slice(pathname.replace(/\/$/, '').length)
    return isRead(reads, { method, path: below, json: body })
  }
}

/** A plugin's sandbox that goes wrong by a script, knows what it was asked, and can be put back or exchanged. */
export const openRoughTool = async ({ use, stateFile, now, port, writing = () => {} }: RoughOptions) => {
  const [connector, factory] = [await loadConnector(use), await loadSandbox(use)]
  if (factory === null) throw new Error(`opening the tool of ${use}: the plugin ships none`)
  const ledger: Served[] = []
  let course: Course = courseOf({ seed: 0, rules: [] })
  let reading: (request: SandboxRequest) => boolean = () => true
  let current: Served | undefined

  /** Notes what of the request is done, and to whom. */
  const noting = (sandbox: Sandbox, does: 'all' | 'half', work: () => SandboxReply | null): SandboxReply | null => {
    const before = current?.writes ? looks(sandbox.contacts()) : null
    const reply = work()
    if (current === undefined || reply === null) return reply
    current.done = does
    if (before !== null) current.changed = changedBetween(before, looks(sandbox.contacts()))
    return reply
  }
  const noted: SandboxFactory = (options) => {
    const inner = factory(options)
    return {
      ...inner,
      handle: (request) => noting(inner, 'all', () => inner.handle(request)) ?? { status: 500 },
      half: (request) => noting(inner, 'half', () => inner.half(request)),
    }
  }
  const control: { answer: Intercept } = { answer: () => null }
  const intercept: Intercept = (request) => {
    current = undefined
    if (request.path.startsWith('/__sandbox')) return null
    const controlled = control.answer(request)
    if (controlled !== null) return controlled
    const writes = !reading(request)
    const fault = course.strike(request, writes)
    current = {
      n: ledger.length + 1,
      method: request.method,
      path: request.path,
      writes,
      fault,
      done: 'nothing',
      changed: [],
    }
    ledger.push(current)
    if (writes) writing(current)
    return fault === null ? null : met(fault, now())
  }
  const opened = await openSandbox({ factory: noted, stateFile, now, intercept, port })
  const { sandbox } = opened
  reading = isReading(connector, sandbox)
  const rough: Rough = {
    sandbox,
    served: ledger,
    follow: (script) => {
      course = courseOf(script)
    },
    swap: (account) => sandbox.restore(factory({ now, account }).state()),
  }
  control.answer = controls(rough)
  return { ...opened, ...rough }
}
export type RoughTool = Awaited<ReturnType<typeof openRoughTool>>
