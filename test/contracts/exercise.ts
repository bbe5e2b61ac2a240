import type { SandboxRequest } from '../../core/contract/sandbox.ts'
import type { Hint } from '../../core/contract/webhook.ts'
import { loadConnector, loadSandbox } from '../../core/host/catalogue.ts'
import type { Subject } from '../conformance/check.ts'
import { changeOf, erase, push, readBack } from '../conformance/delivery.ts'
import { prepare } from '../conformance/preparation.ts'
import { atWorkbench, person, type Workbench } from '../conformance/workbench.ts'

/** A plugin of this project with its tool in small. */
export const subjectOf = async (id: string): Promise<Subject> => {
  const sandbox = await loadSandbox(id)
  if (!sandbox) throw new Error(`exercising ${id}: it has no sandbox`)
  return { connector: await loadConnector(id), sandbox }
}

const [known, fresh, stranger] = ['ada@example.test', 'new@example.test', 'stranger@example.test']

const pullAll = async ({ connector, context }: Workbench, cursor: string | null): Promise<string | null> => {
  let reached = cursor
  for await (const page of connector.pull?.(context('read'), cursor) ?? []) reached = page.cursor
  return reached
}
/** What the tool's own webhook hints at. */
const hintsOf = ({ connector, context, sandbox, clock }: Workbench): readonly Hint[] => {
  const request = sandbox.webhook?.(known, clock.now)
  const told = request ? (connector.webhook?.parse(context('read').settings, request) ?? []) : []
  return told.flatMap((one) => (one.kind === 'hint' ? [one] : []))
}
type Settings = Readonly<Record<string, unknown>>
const everything = async (bench: Workbench, own: Settings) => {
  const { connector, context, sandbox, clock, url } = bench
  const { memberships, ...fields } = await prepare(bench)
  const settings = { ...sandbox.settings(url), ...own }
  await connector.setup?.(context('setup', { settings }), { fields: [], memberships: [] })
  await connector.check(context('read'))
  await connector.fields?.(context('read'))
  sandbox.seed([person(known), person('bob@example.test')])
  clock.now += 60_000
  const full = { [fields.text]: 'x', [fields.number ?? fields.other]: fields.number ? 7 : 'y' }
  const change = (email: string, step: Parameters<typeof changeOf>[2]) => changeOf(connector, email, step)
  await push(bench, [
    change(known, { fields: full, join: memberships }),
    change(fresh, { fields: full, join: memberships, create: true }),
    change(stranger, { fields: full }),
  ])
  const wanted = { fields: [fields.text], memberships }
  const remoteId = (await readBack(bench, [known], wanted)).get(known)?.remoteId
  await push(bench, [change(known, { fields: { [fields.text]: null }, leave: memberships, remoteId })])
  await readBack(bench, [known, fresh, stranger], wanted)
  await pullAll(bench, await pullAll(bench, null))
  await connector.recall?.(context('read'), hintsOf(bench))
  await connector.observedRules?.(context('read'))
  if (connector.erase) await erase(bench, [known, fresh, stranger])
}

/** Every request of a connector that does once all that it can, against its sandbox; `own`: settings for what is optional. */
export const exercised = async (subject: Subject, own: Settings = {}): Promise<readonly SandboxRequest[]> => {
  const requests: SandboxRequest[] = []
  await atWorkbench(subject, async (bench) => {
    await everything(bench, own)
    requests.push(...bench.requests)
  })
  return requests
}

/** Methods and paths with `*` for what looks like an id, each once: what was asked for. */
export const asked = (requests: readonly SandboxRequest[], isId: (segment: string) => boolean): readonly string[] => {
  const shape = (path: string) =>
    path
      .split('?')[0]
      ?.split('/')
      .map((segment) => (isId(decodeURIComponent(segment)) ? '*' : segment))
      .join('/')
  return [...new Set(requests.map(({ method, path }) => `${method} ${shape(path)}`))].sort()
}
