import { describe, it } from 'vitest'
import { listPlugins, loadConnector, loadSandbox } from '../../core/host/catalogue.ts'
import type { Subject } from './check.ts'
import { checks } from './checks.ts'

const load = async (id: string): Promise<Subject> => {
  const sandbox = await loadSandbox(id)
  if (!sandbox) throw new Error(`plugins/${id} has no sandbox.ts that exports its tool in small as "sandbox"`)
  return { connector: await loadConnector(id), sandbox }
}
const plugins = await listPlugins()
const loaded = await Promise.allSettled(plugins.map(load))

for (const [index, id] of plugins.entries())
  describe(id, () => {
    const subject = loaded[index]
    it('loads', () => {
      if (subject?.status !== 'fulfilled') throw subject?.reason
    })
    if (subject?.status !== 'fulfilled') return
    // What a tool cannot do is no test of its connector: a shop without webhooks has none to check.
    const applicable = checks.filter(({ applies }) => applies(subject.value))
    for (const { name, run } of applicable) it(name, () => run(subject.value))
  })
