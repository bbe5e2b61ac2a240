import { beforeAll, describe, expect, it } from 'vitest'
import { listPlugins } from '../../core/host/catalogue.ts'
import { troubles } from './episode.ts'
import { reportOf, type ToolReport, type WeekReport } from './report.ts'

const customers = Number(process.env.LEITSTERN_WEEK_CUSTOMERS ?? 300)
const seed = Number(process.env.LEITSTERN_WEEK_SEED ?? 1)
const uses = await listPlugins()
const dead = uses[seed % uses.length] ?? ''
const hasAddress = ({ refused }: ToolReport) => refused.includes('@')
const nowhere: WeekReport = { tools: new Map(), poison: [], repeated: [], alarms: [] }
const of = (report: WeekReport, use: string): ToolReport => {
  const found = report.tools.get(use)
  if (found === undefined) throw new Error(`looking up ${use}: the week had no such tool`)
  return found
}
/** How much more, as a share. */
const moved = (before: number, after: number): number => Math.abs(after - before) / before
const told = (report: WeekReport) =>
  [...report.tools].map(([use, { waited, requests }]) => JSON.stringify({ use, ...waited, requests })).join('\n')

describe(`a bad week of ${uses.length} tools and ${customers} customers`, () => {
  let [bad, undying] = [nowhere, nowhere]
  beforeAll(async () => {
    const week = { seed, uses, customers, days: 5, calmDays: 2, troubled: true, poisoned: true }
    undying = await reportOf({ ...week, dead: null })
    bad = await reportOf({ ...week, dead })
    if (process.env.LEITSTERN_WEEK_CUSTOMERS !== undefined)
      console.log(`nobody dead\n${told(undying)}\n${dead} dead for 4 hours\n${told(bad)}`)
  }, 7_200_000)

  it('is one of all tools that ship a sandbox, and every trouble was met', () => {
    expect([...bad.tools.keys()]).toEqual(uses)
    const met = new Set([...bad.tools.values()].flatMap((tool) => [...tool.troubles.keys()]))
    expect([...met].toSorted()).toEqual(troubles.toSorted())
    expect(of(bad, dead).troubles.get('dead')).toBeGreaterThan(10)
  })
  it.each(uses)('%s holds in the end what is wanted of everybody', (use) => {
    const { wanted, wrong, waiting } = of(bad, use)
    expect(wrong).toEqual([])
    expect(waiting).toEqual([])
    expect(wanted).toBeGreaterThanOrEqual(customers)
  })
  it.each(uses)('%s has refused poison contacts, and has lost nobody else for them', (use) => {
    const tool = of(bad, use)
    expect(bad.poison).toEqual(expect.arrayContaining([...tool.dead.keys()]))
    if (hasAddress(tool)) expect([...tool.dead.keys()]).toContain(tool.refused)
  })
  it.each(uses)('%s has nobody twice', (use) => {
    expect(of(bad, use).doubled).toEqual([])
  })
  it('nobody is sent again what a tool has confirmed', () => {
    expect(bad.repeated).toEqual([])
  })
  it('nothing is asked of any tool once all is done', () => {
    expect([...bad.tools].filter(([, { lateRequests }]) => lateRequests > 0)).toEqual([])
  })
  it('nobody was called to help, but for refused credentials', () => {
    expect(bad.alarms).toEqual([])
  })
  it.each(uses.filter((use) => use !== dead))(`%s is as fast as ever while ${dead} is dead for 4 hours`, (use) => {
    const [before, after] = [of(undying, use).waited, of(bad, use).waited]
    expect(after.count).toBe(before.count)
    expect(moved(before.p50, after.p50)).toBeLessThan(0.05)
    expect(moved(before.p99, after.p99)).toBeLessThan(0.05)
  })
  it(`${dead} makes others wait for nothing but itself`, () => {
    expect(of(bad, dead).waited.most).toBeGreaterThan(3 * 3_600_000)
  })
})

describe('poison contacts', () => {
  let [clean, poisoned] = [nowhere, nowhere]
  beforeAll(async () => {
    const day = { seed, uses, customers: 200, days: 1, calmDays: 1, dead: null, troubled: false }
    clean = await reportOf({ ...day, poisoned: false })
    poisoned = await reportOf({ ...day, poisoned: true })
  }, 600_000)

  it.each(uses)('keep nobody else waiting in %s', (use) => {
    const [before, after] = [of(clean, use), of(poisoned, use)]
    expect([before.dead.size, after.waiting]).toEqual([0, []])
    // What a tool refuses as a whole is sent again in halves.
    expect(after.waited.most - before.waited.most).toBeLessThan(10_000)
  })
})
