import { afterEach, describe, expect, it } from 'vitest'
import { ConnectorError } from '../../core/contract/errors.ts'
import { type Box, hubInABox } from '../support/hub.ts'
import { type PaperTool, paperTool } from '../support/paper.ts'
import { connectorOf, identify, order, shopRegistry } from '../support/shop.ts'

let box: Box
afterEach(() => box.close())

const open = async (keys: readonly string[] = ['mail'], more: Record<string, unknown> = {}) => {
  const clock = { now: Date.parse('2026-11-21T12:00:00Z') }
  const papers: Record<string, PaperTool> = Object.fromEntries(keys.map((key) => [key, paperTool(() => clock.now)]))
  box = await hubInABox({
    clock,
    papers,
    registry: shopRegistry,
    connectors: Object.fromEntries(keys.map((key) => [key, connectorOf(key, more)])),
  })
  return papers
}
const paperOf = (papers: Record<string, PaperTool>, key: string): PaperTool => {
  const paper = papers[key]
  if (paper === undefined) throw new Error(`no paper ${key}`)
  return paper
}
const buyers = async (count: number, prefix = 'p') => {
  for (let n = 0; n < count; n++)
    await box.say(
      identify(`${prefix}${n}`, { email: `${prefix}${n}@x.test` }),
      order(`${prefix}${n}`, `${prefix}o${n}`, 1, '2026-11-20T10:00:00Z'),
    )
}
const later = async (ms: number) => {
  box.clock.now += ms
  await box.flow.settle()
}

describe('delivery', () => {
  it('one tool in trouble slows no other', async () => {
    const papers = await open(['mail', 'site'])
    paperOf(papers, 'mail').fault = (kind) =>
      kind === 'push' ? { throws: new ConnectorError('transient', 'down'), applied: false } : null
    await buyers(7)
    await box.flow.settle()
    expect(paperOf(papers, 'site').cards.size).toBe(7)
    expect(paperOf(papers, 'mail').cards.size).toBe(0)
    expect((await box.flow.operations.deadLetters('mail', { limit: 10, cursor: null })).items).toEqual([])
    paperOf(papers, 'mail').fault = () => null
    for (let i = 0; i < 5; i++) await later(600_000)
    expect(paperOf(papers, 'mail').cards.size).toBe(7)
  })

  it('what a time-out has applied is read, and not sent again', async () => {
    const papers = await open()
    const mail = paperOf(papers, 'mail')
    let calls = 0
    mail.fault = (kind) =>
      kind === 'push' && calls++ === 0
        ? { throws: new ConnectorError('unknown', 'no answer in time'), applied: true }
        : null
    await buyers(1)
    await box.flow.settle()
    expect(mail.writes).toHaveLength(1)
    await later(60_000)
    expect(mail.writes).toHaveLength(1)
    expect(await box.flow.operations.connector('mail')).toMatchObject({ pending: 0, deadLetters: 0 })
  })

  it('a refused contact is a dead letter with its reason, spoils nobody, and is replayed on demand', async () => {
    const papers = await open()
    await box.say(identify('bad', { email: 'refused@x.test' }), order('bad', 'ob', 1, '2026-11-20T10:00:00Z'))
    await buyers(5)
    await box.flow.settle()
    const mail = paperOf(papers, 'mail')
    expect(mail.cards.size).toBe(5)
    const { items } = await box.flow.operations.deadLetters('mail', { limit: 10, cursor: null })
    expect(items).toMatchObject([{ contact: 'refused@x.test', reason: 'the address is refused' }])
    const before = mail.writes.length
    await later(3_600_000)
    expect(mail.writes.length).toBe(before)
    expect(await box.flow.operations.replay('mail', { name: 'admin' })).toEqual({ replayed: 1 })
    await box.flow.settle()
    expect(mail.writes.length).toBe(before + 1)
  })

  it('a receipt that is missing is unknown: the contact is asked again, its neighbours are not', async () => {
    const papers = await open()
    const mail = paperOf(papers, 'mail')
    let lost = 0
    mail.fault = (kind) => (kind === 'push' ? { loses: () => lost++ === 0 } : null)
    await buyers(3)
    await box.flow.settle()
    expect(await box.flow.operations.connector('mail')).toMatchObject({ pending: 1 })
    await later(120_000)
    expect(await box.flow.operations.connector('mail')).toMatchObject({ pending: 0 })
    expect(mail.cards.size).toBe(3)
  })

  it('a batch that is refused as a whole is halved until the one at fault stands alone', async () => {
    const papers = await open()
    const mail = paperOf(papers, 'mail')
    const { push } = mail.connector
    const poisoned = {
      ...mail,
      connector: {
        ...mail.connector,
        push: async (...args: Parameters<NonNullable<typeof push>>) => {
          if (args[1].some(({ contact }) => contact.key.value === 'p1@x.test'))
            throw new ConnectorError('invalid', 'answered 400')
          return push === undefined ? [] : push(...args)
        },
      },
    }
    await box.close()
    box = await hubInABox({
      clock: { now: Date.parse('2026-11-21T12:00:00Z') },
      papers: { mail: poisoned },
      registry: shopRegistry,
      connectors: { mail: connectorOf('mail') },
    })
    await buyers(3)
    await box.flow.settle()
    expect([...mail.cards.keys()].sort()).toEqual(['p0@x.test', 'p2@x.test'])
    expect((await box.flow.operations.deadLetters('mail', { limit: 10, cursor: null })).items).toMatchObject([
      { contact: 'p1@x.test' },
    ])
  })

  it('a refused key pauses the connector without a single dead letter, and check resumes it', async () => {
    const papers = await open()
    const mail = paperOf(papers, 'mail')
    mail.fault = (kind) =>
      kind === 'push' ? { throws: new ConnectorError('auth', 'answered 401'), applied: false } : null
    await buyers(4)
    await box.flow.settle()
    expect(await box.flow.operations.connector('mail')).toMatchObject({ health: 'paused', deadLetters: 0, pending: 4 })
    mail.fault = () => null
    await box.flow.operations.check('mail')
    await later(60_000)
    expect(mail.cards.size).toBe(4)
  })

  it('sends only what differs, and only to whom it differs', async () => {
    const papers = await open()
    const mail = paperOf(papers, 'mail')
    await buyers(3)
    await box.flow.settle()
    const before = mail.writes.length
    await box.say(identify('p1', { firstName: 'Grace' }))
    await box.flow.settle()
    const sent = mail.writes.slice(before).flatMap((write) => write.changes)
    expect(sent.map(({ contact, fields, join, leave }) => [contact.key.value, fields, join, leave])).toEqual([
      ['p1@x.test', { NAME: 'Grace' }, [], []],
    ])
  })

  it('another account makes all that was acknowledged unknown, and everything is sent anew', async () => {
    const papers = await open()
    const mail = paperOf(papers, 'mail')
    await buyers(3)
    await box.flow.settle()
    mail.cards.clear()
    mail.epoch = 'restored from backup'
    await box.flow.operations.check('mail')
    await box.flow.settle()
    expect(mail.cards.size).toBe(3)
    expect(mail.holds('p1@x.test')?.HEAD).toBe('Care')
  })

  it('drift on a field of ours is repaired, and the coherence report sees it in between', async () => {
    const papers = await open(['mail', 'site'])
    await buyers(4)
    await box.flow.settle()
    const now = async () => (await box.flow.operations.coherence()).slots[0]?.now
    expect(await now()).toMatchObject({ customers: 4, agree: 4, share: 1 })
    paperOf(papers, 'mail').put('p2@x.test', { HEAD: 'Buy my own thing' })
    paperOf(papers, 'mail').fault = (kind) =>
      kind === 'push' ? { throws: new ConnectorError('transient', 'down'), applied: false } : null
    await box.flow.operations.pull('mail')
    expect(await now()).toMatchObject({ customers: 4, agree: 3, share: 0.75 })
    paperOf(papers, 'mail').fault = () => null
    for (let i = 0; i < 3; i++) await later(600_000)
    expect(paperOf(papers, 'mail').holds('p2@x.test')?.HEAD).toBe('Care')
    expect(await now()).toMatchObject({ share: 1 })
  })
})
