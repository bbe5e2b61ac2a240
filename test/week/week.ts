import type { SandboxContact } from '../../core/contract/sandbox.ts'
import type { ContactState } from '../../core/deliver/contact.ts'
import { openTool } from '../../core/flow/tools.ts'
import { openSqlite } from '../../core/store/sqlite.ts'
import { chanceOf } from '../simulation/chance.ts'
import { hubInABox } from '../support/hub.ts'
import { simulateTime } from '../support/simulated-time.ts'
import { badWeek, type Episode } from './episode.ts'
import { type Latencies, watching } from './latencies.ts'
import { type Burst, emailOf, trafficOf } from './people.ts'
import { connectorTo, openTools, type WeekTool } from './tool.ts'
import { type Wire, wireTo } from './wire.ts'

const monday = Date.parse('2026-11-16T00:00:00Z')
const hourMs = 3_600_000
const dayMs = 24 * hourMs
const restMs = 6 * hourMs

export interface WeekOptions {
  readonly seed: number
  /** Plugins. */
  readonly uses: readonly string[]
  readonly customers: number
  /** Days with customers who say something, and troubles, before the days without any. */
  readonly days: number
  readonly calmDays: number
  /** The plugin whose tool is dead for four hours; null: none is. */
  readonly dead: string | null
  /** Whether anything else goes wrong, too. */
  readonly troubled: boolean
  /** Whether some customers have addresses that a tool refuses, in place of good ones. */
  readonly poisoned: boolean
}
/** A week that is over. */
export interface Week {
  readonly tools: readonly (WeekTool & { readonly wire: Wire })[]
  /** What customers said. */
  readonly bursts: readonly Burst[]
  readonly latencies: Latencies
  readonly poison: readonly string[]
  /** Every contact as the hub has it at the end. */
  readonly contacts: (connector: string) => Promise<readonly ContactState[]>
  /** What the hub said that somebody must act on, beside a credential that is refused. */
  readonly alarms: readonly string[]
  /** From then on there was nothing left to do. */
  readonly restsAt: number
  readonly close: () => Promise<void>
}

const registryFor = (tools: readonly WeekTool[]) => ({
  segments: [{ key: 'buyers', when: { event: 'Order Completed' } }],
  slots: [{ key: 'lead' }],
  placements: tools.map(({ use, connector: { channel } }) => ({
    key: `${use}-hero`,
    channel,
    connector: use,
    slot: 'lead',
    fields: { headline: { type: 'text', max: 80, required: true } },
    fallback: { 'en-GB': { headline: 'New in' } },
  })),
  offers: [{ key: 'care', content: { default: { 'en-GB': { headline: 'Care' } } } }],
  rules: [{ key: 'care', slot: 'lead', when: { segment: 'buyers' }, offer: 'care' }],
})

/** Where the dead one dies: at noon of the second day, or of the first if there is no second. */
const deathOf = (days: number): Episode => {
  const from = monday + (days > 1 ? dayMs : 0) + 12 * hourMs
  return { trouble: 'dead', from, to: from + 4 * hourMs, share: 1 }
}
const episodesOf = (options: WeekOptions, use: string, index: number): readonly Episode[] => [
  ...(use === options.dead ? [deathOf(options.days)] : []),
  // The first hour is for setting up.
  ...(options.troubled
    ? badWeek(chanceOf(options.seed * 1_000 + index), monday + hourMs, monday + options.days * dayMs)
    : []),
]

/** Every second customer is known to a tool before the hub comes, with something stale in what is to be the hub's. */
const knownIn = ({ plan, headline }: WeekTool, customers: number): readonly SandboxContact[] =>
  Array.from({ length: customers / 2 }, (_, pair) => ({
    email: emailOf(2 * pair),
    firstName: 'Jo',
    lastName: 'Smith',
    fields: { [plan]: 'stale', [headline]: 'stale' },
    memberships: [],
    consent: true,
  }))

/** As a hub that runs does by itself: a tool whose credential was refused is asked again every half minute. */
const recheckMs = 30_000

/** Lives through a week: traffic and troubles, then calm. */
export const liveThrough = async (options: WeekOptions): Promise<Week> => {
  const { seed, customers, days, calmDays } = options
  const time = simulateTime(monday)
  const now = () => time.clock.now
  const tools = (await openTools(options.uses, now)).map((tool, index) => {
    const chance = chanceOf(seed * 1_000 + 500 + index)
    return { ...tool, wire: wireTo({ ...tool, time, chance, episodes: episodesOf(options, tool.use, index) }) }
  })
  for (const tool of tools) tool.sandbox.seed(knownIn(tool, customers))
  const refused = [...new Set(tools.map(({ sandbox }) => sandbox.refused))]
  const poison = refused.map((address) => (options.poisoned ? address : `good-${address}`))
  const latencies = watching(openSqlite(':memory:'), now)
  const alarms: string[] = []
  const recheck = async (connector: string): Promise<void> => {
    await time.wait(recheckMs)
    if ('denied' in (await box.flow.operations.check(connector))) await recheck(connector)
  }
  const box = await time.until(
    hubInABox({
      clock: time.clock,
      store: latencies.store,
      registry: registryFor(tools),
      connectors: Object.fromEntries(tools.map((tool) => [tool.use, connectorTo(tool)])),
      log: {
        info: () => {},
        warn: () => {},
        error: ({ connector, kind, reason, err }, message) => {
          if (kind === 'auth') void recheck(String(connector))
          else alarms.push(`${message}: ${connector} ${kind} ${reason} ${String(err)}`)
        },
      },
      openTool: async (key, settings, stored, around) => {
        const tool = tools.find(({ use }) => use === key)
        if (tool === undefined) throw new Error(`opening ${key}: the week has no such tool`)
        const sandbox = { url: 'http://127.0.0.1:4700', sandbox: tool.sandbox, close: async () => {} }
        return openTool(key, settings, stored, { ...around, sandbox, transport: tool.wire.transport })
      },
    }),
  )
  const calmAt = monday + days * dayMs
  const bursts = trafficOf({ seed, customers, poison, from: monday, to: calmAt })
  for (const { at, messages } of bursts) {
    await time.passTo(at)
    await box.say(...messages)
  }
  const end = calmAt + calmDays * dayMs
  await time.passTo(end)
  return {
    tools,
    bursts,
    latencies,
    poison,
    alarms,
    restsAt: end - restMs,
    contacts: async (connector) => (await box.store.contactsPage(connector, 2 * customers, null)).items,
    close: async () => {
      await time.until(box.close())
      time.end()
    },
  }
}
