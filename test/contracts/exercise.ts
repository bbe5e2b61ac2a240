import type { SandboxRequest } from '../../core/contract/sandbox.ts'
import { loadConnector, loadSandbox } from '../../core/host/catalogue.ts'
import type { Subject } from '../conformance/check.ts'
import { changeOf, erase, idOf, push, readBack } from '../conformance/delivery.ts'
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
const everything = async (bench: Workbench) => {
  const { connector, context, sandbox, clock } = bench
  const { memberships, ...fields } = await prepare(bench)
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
  const about = { id: idOf(known), at: new Date(clock.now).toISOString(), object: 'contact', remoteId: remoteId ?? '' }
  await connector.recall?.(context('read'), [{ kind: 'hint', ...about }])
  await connector.observedRules?.(context('read'))
  if (connector.erase) await erase(bench, [known, fresh, stranger])
}

/** Every request of a connector that does once all that it can, against its sandbox. */
export const exercised = async (subject: Subject): Promise<readonly SandboxRequest[]> => {
  const requests: SandboxRequest[] = []
  await atWorkbench(subject, async (bench) => {
    await everything(bench)
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
