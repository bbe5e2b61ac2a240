import { describe, it } from 'vitest'
import type { Catalogue } from '../../core/host/catalogue.ts'
import type { Subject } from './check.ts'
import { checks } from './checks.ts'

const loadFrom =
  ({ loadConnector, loadSandbox }: Catalogue) =>
  async (id: string): Promise<Subject> => {
    const sandbox = await loadSandbox(id)
    if (!sandbox) throw new Error(`${id} has no sandbox.ts that exports its tool in small as "sandbox"`)
    return { connector: await loadConnector(id), sandbox }
  }

/** Puts every connector of a catalogue to the test. */
export const examine = async (catalogue: Catalogue): Promise<void> => {
  const plugins = await catalogue.listPlugins()
  const loaded = await Promise.allSettled(plugins.map(loadFrom(catalogue)))
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
}
