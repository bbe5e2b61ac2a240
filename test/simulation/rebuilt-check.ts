import { openFlow } from '../../core/flow/open.ts'
import type { ProfileView } from '../../core/flow/profile-operations.ts'
import { openSqlite } from '../../core/store/sqlite.ts'
import { openPaper, paperTool } from '../support/paper.ts'
import { configOf, toolNames } from './hub-config.ts'
import { hubOf, type World } from './world.ts'

const silent = () => {}
const everybody = async ({ listProfiles }: ReturnType<typeof hubOf>['operations']): Promise<readonly ProfileView[]> =>
  (await listProfiles({ limit: 1_000, cursor: null })).items

/** Invariant 2: a hub that is given the same messages in another order has the same customers. */
export const judgeRebuilt = async (world: World, says: (fault: string) => void): Promise<void> => {
  const { history, chance, clock } = world
  const store = openSqlite(':memory:')
  const current = await history.store.currentRevision()
  if (current !== null)
    await store.publish(current, { at: 0, actor: 'test', action: 'publish', subject: '', detail: {} })
  for (const { nodes, at } of history.erasures) await store.commit({ erased: { nodes, beside: [], at } })
  const { vetoes } = await history.store.load((await history.store.profiles(1_000, null)).items.map(({ id }) => id))
  await store.commit({ messages: chance.shuffled(await history.store.messagesAfter(0, 100_000)), vetoes })
  const fresh = await openFlow({
    config: configOf(world.rules, world.variation),
    store,
    data: null,
    adminKey: 'simulated',
    clock: () => clock.now,
    chance: () => 0.5,
    log: { info: silent, warn: silent, error: (_, message) => says(`the rebuilt hub logs: ${message}`) },
    unattended: false,
    openTool: openPaper(Object.fromEntries(toolNames.map((name) => [name, paperTool(() => clock.now)]))),
    readConfig: async () => ({ config: configOf(world.rules, world.variation) }),
  })
  const [before, after] = [await everybody(hubOf(world).operations), await everybody(fresh.operations)]
  await fresh.close()
  if (before.length !== after.length) says(`there are ${before.length} customers, rebuilt ${after.length}`)
  for (const view of before) {
    const other = after.find(({ id }) => id === view.id)
    if (JSON.stringify(view) !== JSON.stringify(other))
      says(`a customer is another one when rebuilt: ${JSON.stringify(view)} and ${JSON.stringify(other)}`)
  }
}
