import { type Flow, openFlow } from '../../core/flow/open.ts'
import { profilesOf } from '../../core/profile/profiles.ts'
import { type Registry, registry } from '../../core/rules/registry.ts'
import { openPaper } from '../support/paper.ts'
import type { Chance } from './chance.ts'
import type { History } from './history.ts'
import { configOf, settings, type Variation } from './hub-config.ts'
import { createLife, type Life, mortal } from './life.ts'
import type { Moment } from './model.ts'
import type { Body, People } from './people.ts'
import type { SimTool } from './sim-tool.ts'
import type { Sometimes } from './sometimes.ts'

/** A message that the hub has said it has. */
export interface Acknowledged {
  readonly source: string
  readonly body: Body
}
/** Everything that one seed plays with. */
export interface World {
  /** Of the store; null: it is in memory. */
  readonly file: string | null
  readonly chance: Chance
  readonly clock: { now: number }
  readonly people: People
  readonly tools: readonly SimTool[]
  readonly history: History
  readonly sometimes: Sometimes
  readonly log: string[]
  readonly acknowledged: Acknowledged[]
  /** Everything ever said to the hub, to be said again. */
  readonly said: Acknowledged[]
  /** Actions that the hub has confirmed, as the audit calls them. */
  readonly confirmed: string[]
  rules: Record<string, unknown>
  variation: Variation
  /** null: the hub is not running. */
  flow: Flow | null
  life: Life
}

const silent = () => {}

export const tell = (world: World, text: string): void => {
  world.log.push(`${new Date(world.clock.now).toISOString()} ${text}`)
}
const registryOf = async ({ history }: World): Promise<Registry> => {
  const current = await history.store.currentRevision()
  return registry.parse(JSON.parse(current?.body ?? '{}'))
}
/** The customers of these nodes (everybody's where none are named) by what is durable at this instant. */
export const momentsOf = async (world: World, nodes?: readonly string[]): Promise<readonly Moment[]> => {
  const { store } = world.history
  const everybody = nodes ?? (await store.profiles(1_000, null)).items.map(({ id }) => id)
  const set = await store.load(everybody)
  const rules = await registryOf(world)
  const rank = (source: string) => (source === 'web' ? 1 : source === 'office' ? world.variation.rank : 0)
  return set.components.flatMap((component) =>
    profilesOf(component, set.vetoes, settings, rank).map((profile) => ({
      profile,
      at: world.clock.now,
      registry: rules,
    })),
  )
}

export const hubOf = ({ flow }: World): Flow => {
  if (flow === null) throw new Error('asking the simulated hub: it is not running')
  return flow
}

/** Opens the hub over the durable state, in a new process. `doom`: it dies at the n-th crash point of its start. */
export const openHub = async (world: World, doom?: number): Promise<'open' | 'crashed'> => {
  const life = createLife()
  world.life = life
  if (doom !== undefined) life.doom(doom)
  const papers = Object.fromEntries(world.tools.map((tool) => [tool.name, tool.during(life)]))
  const opening = async (): Promise<'open'> => {
    const flow = await openFlow({
      config: configOf(world.rules, world.variation),
      store: mortal(world.history.store, life),
      data: null,
      adminKey: 'simulated',
      clock: () => world.clock.now,
      chance: world.chance.next,
      log: {
        info: silent,
        warn: silent,
        error: ({ err, kind }, message) => {
          if (kind !== 'auth') world.history.violations.push(`the log says: ${message} ${String(err)}`)
        },
      },
      unattended: false,
      openTool: openPaper(papers),
      readConfig: async () => ({ config: configOf(world.rules, world.variation) }),
    })
    world.flow = flow
    await flow.begin()
    life.spare()
    return 'open'
  }
  const crashed = life.ended.then((): 'crashed' => 'crashed')
  return Promise.race([opening(), crashed])
}
