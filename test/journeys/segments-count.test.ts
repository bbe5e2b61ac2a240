import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Condition } from '../../core/rules/condition.ts'
import { type Box, hubInABox } from '../support/hub.ts'
import { servedHub } from '../support/served.ts'
import { identify, order } from '../support/shop.ts'

const event = 'Order Completed'
/** Each is a segment as well as what is counted. */
const conditions: Readonly<Record<string, Condition>> = {
  buyers: { event },
  'lapsed-60': { all: [{ event }, { not: { event, withinLast: '60d' } }] },
  'big-orders': { event, where: { property: 'revenue', gte: 50 }, count: { gte: 2 } },
  'ends-soon': { trait: 'subscription.endsAt', withinNext: '7d' },
  pro: { trait: 'plan', is: 'pro' },
  'no-plan': { trait: 'plan', exists: false },
  spenders: { trait: 'revenue', gt: 60 },
  consenting: { consent: 'marketing' },
  'lapsed-pro': { all: [{ segment: 'lapsed-60' }, { segment: 'pro' }] },
}
const registryOf = (segments: Readonly<Record<string, Condition>>) => ({
  segments: Object.entries(segments).map(([key, when]) => ({ key, when })),
})
const admin = { name: 'admin' }

let folder: string
let box: Box
const clock = { now: 0 }
const open = async () => {
  box = await hubInABox({ clock, registry: registryOf(conditions), path: join(folder, 'hub.db') })
}
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'leitstern-'))
  clock.now = Date.parse('2026-11-21T12:00:00Z')
  await open()
})
afterEach(async () => {
  await box.close()
  rmSync(folder, { recursive: true })
})

const people = async () => (await box.flow.operations.listProfiles({ limit: 1_000, cursor: null })).items
const idOf = async (type: string, value: string) => {
  const { items } = await box.flow.operations.listProfiles({ limit: 1, cursor: null, identifier: { type, value } })
  return items[0]?.id ?? ''
}
const count = async (when: Condition) => {
  const answer = await box.flow.operations.count(when)
  if ('problems' in answer) throw new Error(`refused: ${JSON.stringify(answer.problems)}`)
  return answer
}
const counts = async () =>
  Object.fromEntries(
    await Promise.all(Object.entries(conditions).map(async ([key, when]) => [key, (await count(when)).count] as const)),
  )
/** How many have each segment, asked of one after the other. */
const sizes = async () => {
  const everybody = await people()
  return Object.fromEntries(
    Object.keys(conditions).map((key) => [key, everybody.filter(({ segments }) => segments.includes(key)).length]),
  )
}
const holds = async () => {
  const counted = await counts()
  expect(counted).toEqual(await sizes())
  return counted
}
const later = (iso: string) => {
  box.at(iso)
}
const shoppers = [
  identify('u1', { email: 'ada@x.test', plan: 'pro', 'subscription.endsAt': '2026-12-01T00:00:00Z' }),
  identify('u2', { email: 'bob@x.test', plan: 'free' }, { context: {} }),
  identify('u3', { email: 'eve@x.test' }),
  order('u1', 'o1', 60, '2026-11-20T10:00:00Z'),
  order('u1', 'o2', 70, '2026-11-21T10:00:00Z'),
  order('u2', 'o3', 40, '2026-09-01T10:00:00Z'),
]

describe('counting an audience', () => {
  it('is exact before and after customers come, act and change', async () => {
    expect(await holds()).toMatchObject({ buyers: 0, 'no-plan': 0 })
    await box.say(...shoppers)
    expect(await holds()).toMatchObject({ buyers: 2, 'lapsed-60': 1, 'big-orders': 1, pro: 1, spenders: 1 })
    clock.now += 1_000
    await box.say(identify('u2', { plan: 'pro' }), order('u2', 'o4', 80, '2026-11-21T11:00:00Z'))
    expect(await holds()).toMatchObject({ buyers: 2, 'lapsed-60': 0, pro: 2, spenders: 2 })
  })

  it('changes at its very instant as time passes, though nobody has said anything', async () => {
    await box.say(...shoppers)
    await holds()
    const { seq } = await count({ event })
    later('2026-11-24T00:00:00.000Z')
    expect((await count(conditions['ends-soon'] ?? { event })).count).toBe(1)
    later('2027-01-20T09:59:59.999Z')
    expect(await count(conditions['lapsed-60'] ?? { event })).toMatchObject({ count: 1, seq })
    later('2027-01-20T10:00:00.000Z')
    const answer = await count(conditions['lapsed-60'] ?? { event })
    expect(answer).toEqual({ count: 2, seq, at: '2027-01-20T10:00:00.000Z' })
    expect(await holds()).toMatchObject({ 'lapsed-60': 2, 'lapsed-pro': 1, 'ends-soon': 0 })
  })

  it('follows those who turn out to be one, and those who are not', async () => {
    await box.say(...shoppers)
    await holds()
    const named = { type: 'identify', anonymousId: 'a1', timestamp: '2026-11-21T11:00:00Z' }
    await box.say({ ...named, messageId: 'x1', traits: { plan: 'pro' } })
    expect(await holds()).toMatchObject({ pro: 2 })
    clock.now += 1_000
    await box.say({ ...named, messageId: 'x2', userId: 'u3', traits: {} })
    expect(await holds()).toMatchObject({ pro: 2, 'no-plan': 0 })
    expect((await people()).length).toBe(3)
    await box.flow.operations.split(await idOf('userId', 'u3'), [{ type: 'anonymousId', value: 'a1' }], admin)
    expect((await people()).length).toBe(4)
    expect(await holds()).toMatchObject({ 'no-plan': 1 })
  })

  it('leaves out whoever was erased', async () => {
    await box.say(...shoppers)
    expect(await holds()).toMatchObject({ buyers: 2 })
    await box.flow.operations.erase(await idOf('userId', 'u1'), admin)
    expect(await holds()).toMatchObject({ buyers: 1, pro: 0, spenders: 0 })
    expect((await count({ not: { trait: 'plan', is: 'nothing' } })).count).toBe(2)
  })

  it('takes what no segment asks, and asks together with messages that come in', async () => {
    await box.say(...shoppers)
    await counts()
    const unheard: Condition = { event, where: { property: 'products[].sku', is: 'nothing' }, count: { is: 0 } }
    const more = Array.from({ length: 150 }, (_, index) =>
      order(`n${index}`, `on${index}`, index, '2026-11-21T11:00:00Z'),
    )
    const [first, second] = await Promise.all([
      count(unheard),
      count({ trait: 'firstName', is: 'Ada' }),
      box.say(...more),
    ])
    expect(first.count).toBeGreaterThanOrEqual(3)
    expect(second.count).toBe(0)
    expect((await count(unheard)).count).toBe(153)
    expect(await holds()).toMatchObject({ buyers: 152 })
  })

  it('numbers what it rests on: the same without a change, more after one, also after a restart', async () => {
    await box.say(...shoppers)
    const before = await count({ event })
    expect((await count({ event })).seq).toBe(before.seq)
    await box.say(identify('u9', {}))
    const after = await count({ event })
    expect(after.seq).toBeGreaterThan(before.seq)
    await box.close()
    await open()
    const again = await count({ event })
    expect(again.seq).toBeGreaterThan(after.seq)
    expect(again.count).toBe(after.count)
  })
})

describe('POST /v1/segments/count', () => {
  const ask = async (body: unknown, key = 'key-read') => {
    const hub = await servedHub({ count: box.flow.operations.count })
    const answer = await hub.ask('/v1/segments/count', { key, json: body })
    await hub.stop()
    return answer
  }

  it('answers how many, and as of when', async () => {
    await box.say(...shoppers)
    const { status, body } = await ask({ when: { segment: 'buyers' } })
    expect({ status, body }).toEqual({
      status: 200,
      body: { count: 2, seq: expect.any(Number), at: '2026-11-21T12:00:00.000Z' },
    })
  })

  it.each([
    { when: { trait: 'plann', is: 'pro' }, pointer: '#/when/trait', says: /no trait "plann".*nearest: plan/ },
    {
      when: { all: [{ segment: 'buyer' }] },
      pointer: '#/when/all/0/segment',
      says: /no segment "buyer".*nearest: buyers/,
    },
    {
      when: { not: { trait: 'plan', withinLast: '3d' } },
      pointer: '#/when/not/withinLast',
      says: /cannot be asked of a string/,
    },
    { when: { event, where: { property: 'x', is: 1 } }, pointer: '#/when/where/property', says: /no property "x"/ },
    { when: { consent: 'x' }, pointer: '#/when/consent', says: /no consent "x"/ },
    { when: { any: [{ trait: 'plan', like: 'x' }] }, pointer: '#/when/any/0/like', says: /unknown key "like"/ },
    { when: 'everybody', pointer: '#/when', says: /a condition is a map/ },
  ])('refuses $when at $pointer', async ({ when, pointer, says }) => {
    const { status, body } = await ask({ when })
    expect(status).toBe(422)
    expect(body).toMatchObject({
      type: '/problems/invalid',
      errors: [{ in: 'body', pointer, detail: expect.stringMatching(says) }],
    })
  })

  it('is for keys that may read', async () => {
    expect((await ask({ when: { event } }, 'key-ingest')).status).toBe(403)
  })
})
