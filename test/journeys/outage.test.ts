import { afterEach, describe, expect, it } from 'vitest'
import { type Box, hubInABox } from '../support/hub.ts'
import { type PaperTool, paperTool } from '../support/paper.ts'
import { connectorOf, identify, order, shopRegistry } from '../support/shop.ts'

let box: Box
afterEach(() => box.close())

const open = async (registry: Record<string, unknown> = shopRegistry): Promise<PaperTool> => {
  const clock = { now: Date.parse('2026-11-21T12:00:00Z') }
  const mail = paperTool(() => clock.now)
  box = await hubInABox({ clock, papers: { mail }, registry, connectors: { mail: connectorOf('mail') } })
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
})
