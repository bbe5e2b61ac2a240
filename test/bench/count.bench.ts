/**
 * Counting an audience over a million customers: typed columns beside a scan of the same values in typed columns of an
 * SQLite table in memory. One line of JSON for each case: `npx tsx test/bench/count.bench.ts`.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import Database from 'better-sqlite3'
import type { HistoryEvent } from '../../core/profile/component.ts'
import type { Profile } from '../../core/profile/profile.ts'
import { profileSettings } from '../../core/profile/settings.ts'
import { createColumns } from '../../core/rules/columns/columns.ts'
import { subjectsOf } from '../../core/rules/columns/reading.ts'
import { condition } from '../../core/rules/condition.ts'
import { hubInABox } from '../support/hub.ts'
import { identify, order } from '../support/shop.ts'
import { spreadOf, tell } from './figure.ts'
import { peopleAsked, sized } from './size.ts'

const people = peopleAsked(1_000_000, 2_000)
const rounds = 9
/** Thrown away: the machine code is not there yet. */
const warming = 3
const now = Date.parse('2026-11-21T12:00:00Z')
const day = 86_400_000
const event = 'Order Completed'

/** Mulberry32: the same numbers in [0, 1) on every machine. */
const random = (seed: number) => {
  let state = seed
  return (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
const settings = profileSettings.parse({
  identifiers: { userId: { limit: 1 } },
  traits: {
    country: { type: 'string' },
    city: { type: 'string' },
    plan: { type: 'string' },
    age: { type: 'number' },
    score: { type: 'number' },
    vip: { type: 'boolean' },
    'subscription.endsAt': { type: 'datetime' },
  },
  consents: { email: { default: 'denied' } },
  events: { types: { [event]: { properties: { total: 'number' } } } },
})

/** One customer, each value null for none. */
interface Person {
  readonly country: string | null
  readonly city: string | null
  readonly plan: string
  readonly age: number | null
  readonly score: number
  readonly vip: 0 | 1
  readonly endsAt: number | null
  readonly consent: 0 | 1
  readonly orderedAt: number | null
}
const plans = ['free', 'basic', 'pro', 'business']
const someone = (draw: () => number): Person => {
  const index = (size: number) => Math.floor(draw() ** 2 * size)
  return {
    country: draw() < 0.05 ? null : `C${index(40)}`,
    city: draw() < 0.2 ? null : `City ${index(3_000)}`,
    plan: plans[index(4)] ?? 'free',
    age: draw() < 0.3 ? null : 18 + Math.floor(draw() * 70),
    score: draw(),
    vip: draw() < 0.1 ? 1 : 0,
    endsAt: draw() < 0.5 ? null : now + Math.floor((draw() - 0.3) * 400 * day),
    consent: draw() < 0.6 ? 1 : 0,
    orderedAt: draw() < 0.4 ? null : now - Math.floor(draw() * 400 * day),
  }
}
const profileOf = (person: Person, id: string): Profile => {
  const { country, city, plan, age, score, vip, endsAt, consent, orderedAt } = person
  const stated: Readonly<Record<string, unknown>> = {
    country,
    city,
    plan,
    age,
    score,
    vip: vip === 1,
    'subscription.endsAt': endsAt === null ? null : new Date(endsAt).toISOString(),
  }
  const placed = { node: id, source: 'bench', message: id, key: null, properties: {} }
  const events: readonly HistoryEvent[] = orderedAt === null ? [] : [{ ...placed, name: event, at: orderedAt }]
  return {
    id,
    unit: id,
    nodes: [],
    traits: new Map(
      Object.entries(stated).flatMap(([path, value]) =>
        value === null ? [] : [[path, { value, source: 'bench', at: 0, conflicts: 0 }] as const],
      ),
    ),
    consents: new Map([['email', { granted: consent === 1, at: 0, source: 'bench' }]]),
    events: new Map([[event, events]]),
  }
}

/** What is counted, and the same in SQL; @at is the instant. */
const cases = [
  { name: 'a country', when: { trait: 'country', is: 'C3' }, sql: "country = 'C3'" },
  {
    name: 'a country, a plan, an age and a flag',
    when: {
      all: [
        { trait: 'country', in: ['C1', 'C2', 'C3'] },
        { trait: 'plan', is: 'pro' },
        { trait: 'age', gte: 30, lt: 50 },
        { trait: 'vip', is: false },
      ],
    },
    sql: "country in ('C1', 'C2', 'C3') and plan = 'pro' and age >= 30 and age < 50 and vip = 0",
  },
  { name: 'a range of numbers', when: { trait: 'score', between: [0.25, 0.3] }, sql: 'score between 0.25 and 0.3' },
  {
    name: 'a subscription that ends in seven days',
    when: { trait: 'subscription.endsAt', withinNext: '7d' },
    sql: `ends_at > @at and ends_at <= @at + ${7 * day}`,
  },
  {
    name: 'nothing ordered for sixty days, with consent',
    when: { all: [{ event }, { not: { event, withinLast: '60d' } }, { consent: 'email' }] },
    sql: `ordered_at <= @at and not (ordered_at > @at - ${60 * day} and ordered_at <= @at) and consent = 1`,
  },
  {
    name: 'either of four',
    when: {
      any: [
        { trait: 'city', is: 'City 7' },
        { not: { trait: 'plan', is: 'free' } },
        { trait: 'score', gt: 0.9 },
        { trait: 'age', exists: false },
      ],
    },
    sql: "city = 'City 7' or not plan = 'free' or score > 0.9 or age is null",
  },
].map((each) => ({ ...each, when: condition.parse(each.when) }))

const cpuUs = (): number => {
  const { user, system } = process.cpuUsage()
  return user + system
}
const costOf = <T>(work: () => T): { readonly cost: number; readonly result: T } => {
  const before = cpuUs()
  const result = work()
  return { cost: cpuUs() - before, result }
}
const columns = createColumns({ settings, timezone: 'Europe/Berlin' })
const segments = new Map()
columns.open(
  subjectsOf(
    cases.map(({ when }) => when),
    segments,
  ),
)
columns.fill()

const fillColumns = (): void => {
  const draw = random(1)
  const heapBefore = process.memoryUsage().heapUsed
  let cost = 0
  const batch = 10_000
  for (let from = 0; from < people; from += batch) {
    const size = Math.min(batch, people - from)
    const profiles = Array.from({ length: size }, (_, index) => profileOf(someone(draw), `person-${from + index}`))
    cost += costOf(() => {
      for (const profile of profiles) columns.put(profile, now)
    }).cost
  }
  tell({
    bench: 'count',
    case: 'putting a customer into ten columns',
    cpu: spreadOf([cost / people]),
    unit: 'customer',
    rounds: 1,
    more: memory(heapBefore),
  })
}
const memory = (heapBefore: number) => ({
  rows: people,
  bytesPerRow: Math.round(columns.bytes() / people),
  columnsMb: Math.round(columns.bytes() / 2 ** 20),
  heapMb: Math.round((process.memoryUsage().heapUsed - heapBefore) / 2 ** 20),
})

const openTable = () => {
  const db = new Database(':memory:')
  db.exec(
    'create table people (id text primary key, country text, city text, plan text, age integer, score real, vip integer, ends_at integer, consent integer, ordered_at integer)',
  )
  const insert = db.prepare('insert into people values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const draw = random(1)
  db.transaction(() => {
    for (let index = 0; index < people; index++) {
      const { country, city, plan, age, score, vip, endsAt, consent, orderedAt } = someone(draw)
      insert.run(`person-${index}`, country, city, plan, age, score, vip, endsAt, consent, orderedAt)
    }
  })()
  return db
}

const countBoth = (): void => {
  const db = openTable()
  const costs = new Map(cases.map(({ name }) => [name, { columns: [] as number[], table: [] as number[], found: 0 }]))
  for (let round = -warming; round < rounds; round++)
    for (const { name, when, sql } of cases) {
      // Later each time: what changes by itself has to be brought up to the instant.
      const at = now + (round + warming) * 60_000
      const query = db.prepare<[{ at: number }], { n: number }>(`select count(*) as n from people where ${sql}`)
      const ours = costOf(() => columns.count({ when, segments }, at))
      const theirs = costOf(() => query.get({ at })?.n)
      if (ours.result !== theirs.result)
        throw new Error(`counting ${name}: ${ours.result} in columns, ${theirs.result} in the table`)
      const kept = costs.get(name)
      if (kept === undefined || round < 0) continue
      kept.columns.push(ours.cost)
      kept.table.push(theirs.cost)
      kept.found = ours.result
    }
  for (const [name, { columns: ours, table, found }] of costs)
    tell({
      bench: 'count',
      case: name,
      cpu: spreadOf(ours),
      unit: 'count',
      rounds,
      baseline: { name: 'SQLite, typed columns, in memory', cpu: spreadOf(table) },
      ratio: 'over',
      target: 0.15,
      more: { rows: people, found },
    })
  db.close()
}

/** The first question to a hub that runs: what it costs, and for how long nothing else got a turn. */
const fillFromStore = async (customers: number): Promise<void> => {
  const box = await hubInABox({})
  for (let from = 0; from < customers; from += 100)
    await box.say(
      ...Array.from({ length: 100 }, (_, index) => identify(`u${from + index}`, { plan: 'pro' })),
      ...Array.from({ length: 100 }, (_, index) =>
        order(`u${from + index}`, `o${from + index}`, 20, '2026-11-01T10:00:00Z'),
      ),
    )
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const before = cpuUs()
  await box.flow.operations.count(condition.parse({ event, withinLast: '60d' }))
  const cost = cpuUs() - before
  delay.disable()
  tell({
    bench: 'count',
    case: 'the first question to a hub',
    cpu: spreadOf([cost / customers]),
    unit: 'customer',
    rounds: 1,
    more: {
      rows: customers,
      pausesMs: [50, 99].map((share) => Math.round(delay.percentile(share) / 1e5) / 10),
      longestPauseMs: Math.round(delay.max / 1e6),
    },
  })
  await box.close()
}

fillColumns()
countBoth()
await fillFromStore(sized(5_000, 200))
