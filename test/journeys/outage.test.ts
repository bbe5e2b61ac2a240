import { afterEach, describe, expect, it } from 'vitest'
import type { Store } from '../../core/store/port.ts'
import { openSqlite } from '../../core/store/sqlite.ts'
import { type Box, hubInABox } from '../support/hub.ts'
import { type PaperTool, paperTool } from '../support/paper.ts'
import { connectorOf, identify, order, shopRegistry } from '../support/shop.ts'

let box: Box
afterEach(() => box.close())

/** The instants of new decisions, in the order in which they were stored. */
let decided: number[] = []
const noting = (store: Store): Store => ({
  ...store,
  commit: async (change) => {
    await store.commit(change)
    for (const { since, endedAt } of change.decisions ?? []) if (endedAt === null) decided.push(since)
  },
})
const open = async (registry: Record<string, unknown> = shopRegistry, tools = ['mail']): Promise<PaperTool> => {
  const clock = { now: Date.parse('2026-11-21T12:00:00Z') }
  const mail = paperTool(() => clock.now)
  const store = noting(openSqlite(':memory:'))
  const connectors = Object.fromEntries(tools.map((tool) => [tool, connectorOf(tool)]))
  box = await hubInABox({ clock, papers: { mail }, registry, store, connectors })
  return mail
}
const idOf = async (userId: string): Promise<string> => {
  const identifier = { type: 'userId', value: userId }
  const { items } = await box.flow.operations.listProfiles({ limit: 1, cursor: null, identifier })
  return items[0]?.id ?? ''
}
const history = async (userId: string) =>
  ((await box.flow.operations.decisions(await idOf(userId))) ?? [])
    .map(({ offer, since, endedAt }) => [
      new Date(since).toISOString(),
      offer,
      endedAt === null ? null : new Date(endedAt).toISOString(),
    ])
    .sort()
const ada = async () => {
  const traits = { email: 'ada@x.test', subscription: { endsAt: '2027-01-29T00:00:00Z' } }
  await box.say(identify('u1', traits), order('u1', 'o1', 5, '2026-11-20T10:00:00Z'))
  await box.flow.settle()
}
const asItWentBy = [
  ['2026-11-21T12:00:00.000Z', 'care', '2027-01-19T10:00:00.000Z'],
  ['2027-01-19T10:00:00.000Z', 'win-back', '2027-01-22T00:00:00.000Z'],
  ['2027-01-22T00:00:00.000Z', 'renew', '2027-01-29T00:00:00.000Z'],
  ['2027-01-29T00:00:00.000Z', 'win-back', null],
]

describe('after an outage over several due instants', () => {
  it('each decision is made at its logical instant, and only the last is sent', async () => {
    const mail = await open()
    await ada()
    const sent = mail.writes.length
    box.at('2027-02-03T09:00:00Z')
    await box.flow.settle()
    expect(await history('u1')).toEqual(asItWentBy)
    expect(mail.writes.slice(sent).flatMap(({ changes }) => changes.map(({ fields }) => fields.HEAD))).toEqual([
      'Come back',
    ])
  })

  it('a reader who comes before the background work finds the same', async () => {
    await open()
    await ada()
    box.at('2027-02-03T09:00:00Z')
    expect(await history('u1')).toEqual(asItWentBy)
  })

  it('a message that comes first changes what is decided from now on, and nothing before', async () => {
    await open()
    await ada()
    box.at('2027-02-03T09:00:00Z')
    await box.say(order('u1', 'o2', 5, '2027-01-25T10:00:00Z'))
    const [first, second, third] = asItWentBy
    expect(await history('u1')).toEqual([
      first,
      second,
      third,
      ['2027-01-29T00:00:00.000Z', 'win-back', '2027-02-03T09:00:00.000Z'],
      ['2027-02-03T09:00:00.000Z', 'care', null],
    ])
  })

  it('a limit that all share goes to those who fell due first', async () => {
    const offers = shopRegistry.offers.map((offer) =>
      offer.key === 'win-back' ? { ...offer, limits: { total: 150 } } : offer,
    )
    await open({ ...shopRegistry, offers })
    const people = Array.from({ length: 260 }, (_, index) => index)
    const ordered = (person: number) => Date.parse('2026-11-20T00:00:00Z') - ((person * 7919) % 260) * 3_600_000
    for (const person of people)
      await box.say(order(`p${person}`, `o${person}`, 5, new Date(ordered(person)).toISOString()))
    await box.flow.settle()
    box.at('2027-02-03T09:00:00Z')
    await box.flow.settle()
    const given: number[] = []
    for (const person of people)
      if ((await history(`p${person}`)).some(([, offer]) => offer === 'win-back')) given.push(ordered(person))
    const first = people.map(ordered).sort((a, b) => a - b)
    expect(given.sort((a, b) => a - b)).toEqual(first.slice(0, 150))
  })

  describe('of many', () => {
    /** Three groups: what happens to the first happens to the others a day and two days later. */
    const crowd = Array.from({ length: 240 }, (_, person) => ({ user: `p${person}`, later: (person % 3) * 86_400_000 }))
    const tell = async (tools: string[]): Promise<void> => {
      await open(shopRegistry, tools)
      for (const { user, later } of crowd) {
        const on = (day: string) => new Date(Date.parse(day) + later).toISOString()
        const traits = { email: `${user}@x.test`, subscription: { endsAt: on('2027-01-29T00:00:00Z') } }
        await box.say(identify(user, traits), order(user, `o-${user}`, 5, on('2026-11-18T10:00:00Z')))
      }
      await box.flow.settle()
      decided = []
      box.at('2027-02-03T09:00:00Z')
    }
    const shifted = (later: number) =>
      [
        ['2026-11-21T12:00:00.000Z', 'care', '2027-01-17T10:00:00.000Z'],
        ['2027-01-17T10:00:00.000Z', 'win-back', '2027-01-22T00:00:00.000Z'],
        ['2027-01-22T00:00:00.000Z', 'renew', '2027-01-29T00:00:00.000Z'],
        ['2027-01-29T00:00:00.000Z', 'win-back', null],
      ].map(([since, offer, ended], index) => {
        const at = (iso: string | null | undefined) => (iso ? new Date(Date.parse(iso) + later).toISOString() : null)
        return [index === 0 ? since : at(since), offer, at(ended)]
      })
    const expectAsItWentBy = async () => {
      for (const { user, later } of crowd) expect(await history(user)).toEqual(shifted(later))
    }

    it('all are taken in due order, each instant before the next', async () => {
      await tell([])
      await box.flow.settle()
      expect(new Set(decided).size).toBe(9)
      expect(decided).toEqual(decided.toSorted((a, b) => a - b))
      await expectAsItWentBy()
    })

    it('whoever is asked for in the meantime is answered exactly, and changes nothing for the others', async () => {
      await tell(['mail'])
      const settling = box.flow.settle()
      const answers = await Promise.all(
        crowd.map(({ user }) => box.flow.operations.decide({ profile: { userId: user }, placements: ['site-hero'] })),
      )
      expect(answers.map((answer) => ('decisions' in answer ? answer.decisions[0]?.offer : null))).toEqual(
        crowd.map(() => 'win-back'),
      )
      await settling
      await expectAsItWentBy()
    })
  })
})
