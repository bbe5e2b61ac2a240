import { afterEach, describe, expect, it } from 'vitest'
import { ConnectorError } from '../../core/contract/errors.ts'
import type { Limits } from '../../core/contract/limits.ts'
import type { PushWay } from '../../core/contract/ways.ts'
import { type Box, hubInABox } from '../support/hub.ts'
import { type PaperTool, paperTool } from '../support/paper.ts'
import { connectorOf, identify, order, shopRegistry } from '../support/shop.ts'

let box: Box
afterEach(() => box.close())
const admin = { name: 'admin' }
const clock = { now: 0 }

/** A tool with other limits, or other ways of taking things. */
const open = async (limits: Partial<Limits>, push: Partial<PushWay> = {}, as = (paper: PaperTool) => paper) => {
  clock.now = Date.parse('2026-11-21T12:00:00Z')
  const mail = paperTool(() => clock.now, 20)
  const { connector } = mail
  mail.connector = {
    ...connector,
    limits: { ...connector.limits, ...limits },
    ways: { push: { mode: 'batch', atomic: false, failures: 'by-key', upsert: 'email', ...push } },
  }
  box = await hubInABox({
    clock,
    papers: { mail: as(mail) },
    registry: shopRegistry,
    connectors: { mail: connectorOf('mail') },
  })
  return mail
}
const buyers = async (count: number) => {
  const names = Array.from({ length: count }, (_, n) => `p${n}`)
  await box.say(
    ...names.flatMap((name) => [
      identify(name, { email: `${name}@x.test` }),
      order(name, `of ${name}`, 1, '2026-11-20T10:00:00Z'),
    ]),
  )
  await box.flow.settle()
}
/** How many contacts each call named. */
const countedReads = (sizes: number[]) => (paper: PaperTool) => {
  const { read } = paper.connector
  paper.connector = {
    ...paper.connector,
    read: async (ctx, contacts, wanted) => {
      sizes.push(contacts.length)
      return (await read?.(ctx, contacts, wanted)) ?? new Map()
    },
  }
  return paper
}
const sizesOf = (mail: PaperTool, kind: 'push' | 'erase') =>
  mail.writes.filter((write) => write.kind === kind).map(({ contacts }) => contacts.length)
const deadLetters = async () => (await box.flow.operations.deadLetters('mail', { limit: 99, cursor: null })).items

describe('batches', () => {
  it('reads keep to a size of their own, in delivery and in rounds', async () => {
    const sizes: number[] = []
    const mail = await open({ readBatch: 4 }, {}, countedReads(sizes))
    await buyers(11)
    await box.flow.operations.pull('mail')
    expect(mail.cards.size).toBe(11)
    expect(Math.max(...sizes)).toBe(4)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeGreaterThanOrEqual(22)
  })

  it('erasures keep to a size of their own', async () => {
    const mail = await open({ eraseBatch: 2 })
    await buyers(5)
    const { items } = await box.flow.operations.listProfiles({ limit: 9, cursor: null })
    await Promise.all(items.map(({ id }) => box.flow.operations.erase(id, admin)))
    await box.flow.settle()
    expect(mail.cards.size).toBe(0)
    expect(Math.max(...sizesOf(mail, 'erase'))).toBeLessThanOrEqual(2)
  })

  it('pushes keep to the bytes that the tool takes; a change that alone is longer is refused with both numbers', async () => {
    const most = 700
    const mail = await open({ bytes: most })
    await box.say(identify('p0', { firstName: 'A'.repeat(most) }))
    await buyers(6)
    const lengths = mail.writes.map(({ changes }) => Buffer.byteLength(JSON.stringify(changes)))
    expect(lengths.length).toBeGreaterThan(1)
    expect(Math.max(...lengths)).toBeLessThanOrEqual(most)
    expect(mail.cards.size).toBe(5)
    expect(await deadLetters()).toMatchObject([
      {
        contact: 'p0@x.test',
        reason: expect.stringMatching(/^its change is 9\d\d bytes long .* takes 700 in one push$/),
      },
    ])
  })

  it('a tool that takes one contact a request is sent several at the same time, as many as it allows', async () => {
    let now = 0
    let most = 0
    const mail = await open({ concurrency: 3 }, { mode: 'single' }, (paper) => {
      const { push } = paper.connector
      const counted: typeof push = async (...args) => {
        most = Math.max(most, ++now)
        for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve))
        now -= 1
        return (await push?.(...args)) ?? []
      }
      paper.connector = { ...paper.connector, push: counted }
      return paper
    })
    await buyers(12)
    expect(mail.cards.size).toBe(12)
    expect(new Set(sizesOf(mail, 'push'))).toEqual(new Set([1]))
    expect(most).toBe(3)
  })

  it('of several at the same time one that fails says nothing about the others', async () => {
    const mail = await open({ concurrency: 3 }, { mode: 'single' }, (paper) => {
      const { push } = paper.connector
      const lossy: typeof push = async (ctx, changes) => {
        const receipts = (await push?.(ctx, changes)) ?? []
        if (changes.some(({ contact }) => contact.key.value === 'p1@x.test') && clock.now % 2 === 0)
          throw new ConnectorError('unknown', 'no answer in time')
        return receipts
      }
      paper.connector = { ...paper.connector, push: lossy }
      return paper
    })
    await buyers(3)
    clock.now += 60_001
    await box.flow.settle()
    const writes = mail.writes.flatMap(({ contacts }) => contacts)
    expect(writes.sort()).toEqual(['p0@x.test', 'p1@x.test', 'p2@x.test'])
    expect(await box.flow.operations.connector('mail')).toMatchObject({ pending: 0, deadLetters: 0 })
  })

  it.each([1, 7, 20])(
    'where one bad contact spoils its whole request, only it is refused; %i at once',
    async (batch) => {
      const bad = ['p2@x.test', 'p9@x.test']
      const mail = await open({ batch }, { atomic: true, failures: 'whole' }, (paper) => {
        const { push } = paper.connector
        const atomic: typeof push = async (ctx, changes) => {
          if (changes.some(({ contact }) => bad.includes(contact.key.value)))
            throw new ConnectorError('invalid', 'answered 400')
          return (await push?.(ctx, changes)) ?? []
        }
        paper.connector = { ...paper.connector, push: atomic }
        return paper
      })
      await buyers(14)
      expect(mail.cards.size).toBe(12)
      expect((await deadLetters()).map(({ contact, reason }) => [contact, reason])).toEqual(
        expect.arrayContaining(bad.map((contact) => [contact, 'answered 400'])),
      )
      expect(await deadLetters()).toHaveLength(2)
      expect(new Set(mail.writes.flatMap(({ contacts }) => contacts)).size).toBe(12)
    },
  )
})
