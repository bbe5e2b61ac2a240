import type { SandboxContact } from '../../core/contract/sandbox.ts'
import type { ContactState } from '../../core/deliver/contact.ts'
import { openSqlite } from '../../core/store/sqlite.ts'
import { chanceOf } from '../simulation/chance.ts'
import { type SimulatedTime, simulateTime } from '../support/simulated-time.ts'
import { badWeek, type Episode } from './episode.ts'
import { type Latencies, watching } from './latencies.ts'
import { type Burst, emailOf, trafficOf } from './people.ts'
import { openTools, type WeekTool } from './tool.ts'
import { openWeekHub, type WiredTool } from './week-hub.ts'
import { wireTo } from './wire.ts'

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
  readonly tools: readonly WiredTool[]
  /** What customers said. */
  readonly bursts: readonly Burst[]
  readonly latencies: Latencies
  readonly poison: readonly string[]
  /** Every contact as the hub has it at the end. */
  readonly contacts: (connector: string) => Promise<readonly ContactState[]>
  /** What somebody would have had to act on, beside credentials that were refused. */
  readonly alarms: readonly string[]
  /** From then on there was nothing left to do. */
  readonly restsAt: number
  readonly close: () => Promise<void>
}

/** At noon of the second day, or of the first if there is no second. */
const deathOf = (days: number): Episode => {
  const from = monday + (days > 1 ? dayMs : 0) + 12 * hourMs
  return { trouble: 'dead', from, to: from + 4 * hourMs, share: 1 }
}
/** The first hour is for setting up. */
const troublesOf = ({ seed, days }: WeekOptions, index: number): readonly Episode[] =>
  badWeek(chanceOf(seed * 1_000 + index), monday + hourMs, monday + days * dayMs)

/** Every second customer is known to a tool before the hub comes, with something stale in what is to be the hub's. */
const knownIn = ({ plan, headline }: WeekTool, customers: number): readonly SandboxContact[] =>
  Array.from({ length: Math.ceil(customers / 2) }, (_, pair) => ({
    email: emailOf(2 * pair),
    firstName: 'Jo',
    lastName: 'Smith',
    fields: { [plan]: 'stale', [headline]: 'stale' },
    memberships: [],
    consent: true,
  }))

/** A tool's luck is its own: what one meets alters nothing of what another does. */
const wiredTools = async (options: WeekOptions, time: SimulatedTime): Promise<readonly WiredTool[]> => {
  const tools = await openTools(options.uses, () => time.clock.now)
  return tools.map((tool, index) => {
    tool.sandbox.seed(knownIn(tool, options.customers))
    const episodes = [
      ...(tool.use === options.dead ? [deathOf(options.days)] : []),
      ...(options.troubled ? troublesOf(options, index) : []),
    ]
    const chance = chanceOf(options.seed * 1_000 + 500 + index)
    return { ...tool, wire: wireTo({ ...tool, time, chance, episodes }) }
  })
}
const poisonOf = (tools: readonly WeekTool[], poisoned: boolean): readonly string[] => {
  const refused = [...new Set(tools.map(({ sandbox }) => sandbox.refused))]
  return poisoned ? refused : refused.map((_, index) => `good${index}@week.example`)
}

/** Lives through a week: traffic and troubles, then calm. */
export const liveThrough = async (options: WeekOptions): Promise<Week> => {
  const { seed, customers, days, calmDays } = options
  const time = simulateTime(monday)
  const tools = await wiredTools(options, time)
  const latencies = watching(openSqlite(':memory:'), () => time.clock.now)
  const { box, alarms } = await openWeekHub(tools, latencies.store, time)
  const poison = poisonOf(tools, options.poisoned)
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
