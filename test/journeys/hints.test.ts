import { afterEach, describe, expect, it } from 'vitest'
import type { Connector } from '../../core/contract/connector.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import type { ContactRecord } from '../../core/contract/record.ts'
import type { Hint } from '../../core/contract/webhook.ts'
import { type Box, hubInABox } from '../support/hub.ts'
import { type PaperTool, paperTool } from '../support/paper.ts'
import { connectorOf, identify, order, shopRegistry } from '../support/shop.ts'

let box: Box
afterEach(() => box.close())
const admin = { name: 'admin' }
const clock = { now: 0 }
const minute = 60_000
const email = 'ada@x.test'

/** A hub that has written to Ada in a tool, which counts how often anybody is read there. */
const open = async (as: (connector: Connector) => Partial<Connector> = () => ({})) => {
  clock.now = Date.parse('2026-11-21T12:00:00Z')
  const mail = paperTool(() => clock.now)
  const reads: string[] = []
  const { read } = mail.connector
  const counted: Connector['read'] = async (ctx, contacts, wanted) => {
    reads.push(...contacts.map(({ key }) => key.value))
    return (await read?.(ctx, contacts, wanted)) ?? new Map()
  }
  mail.connector = { ...mail.connector, read: counted }
  mail.connector = { ...mail.connector, ...as(mail.connector) }
  const map = { ...Object(connectorOf('mail').map), plan: { field: 'PLAN', owner: 'tool' } }
  box = await hubInABox({
    clock,
    papers: { mail },
    registry: shopRegistry,
    connectors: { mail: connectorOf('mail', { map }) },
  })
  await box.say(identify('ada', { email, firstName: 'Ada' }), order('ada', 'o1', 1, '2026-11-20T10:00:00Z'))
  await box.flow.settle()
  clock.now += minute
  reads.length = 0
  return { mail, reads }
}
const record = (fields: ContactRecord['fields']): ContactRecord => ({
  kind: 'contact',
  id: `c1:${clock.now}`,
  at: new Date(clock.now).toISOString(),
  remoteId: 'r0',
  identifiers: [{ type: 'email', value: email }],
  fields,
})
const hint = (): Hint => ({
  kind: 'hint',
  id: `h:${clock.now}`,
  at: new Date(clock.now).toISOString(),
  object: 'contact',
  remoteId: 'r0',
})
const hook = (said: readonly (ContactRecord | Hint)[], headers: Record<string, string> = { 'x-paper': 'signed' }) =>
  box.flow.operations.webhook('mail', {
    method: 'POST',
    url: '/v1/hooks/mail',
    headers,
    body: Buffer.from(JSON.stringify(said)),
  })
const told = async (fields: ContactRecord['fields']) => {
  await hook([record(fields)])
  await box.flow.settle()
}
/** Somebody edits the contact in the tool, which tells of it. */
const edited = async (mail: PaperTool, fields: Record<string, string>) => {
  clock.now += minute
  mail.put(email, fields)
  await told({ ...mail.holds(email) })
}
const view = () => box.flow.operations.connector('mail')

describe('what a tool tells of a contact that we write to', () => {
  it('a hand edit of a field of ours is repaired at once', async () => {
    const { mail } = await open()
    await edited(mail, { HEAD: 'By hand' })
    expect(mail.holds(email)?.HEAD).toBe('Care')
    expect(await view()).toMatchObject({ pending: 0, health: 'ok', problem: null })
  })

  it('the echo of our own write costs no request, and no message', async () => {
    const { mail, reads } = await open()
    const [writes, messages] = [mail.writes.length, await box.store.countMessages()]
    await told({ ...mail.holds(email) })
    const again = await box.store.countMessages()
    await told({ ...mail.holds(email) })
    expect([reads, mail.writes.length]).toEqual([[], writes])
    expect(await box.store.countMessages()).toBe(again)
    expect(again - messages).toBeLessThanOrEqual(1)
  })

  it('what is old by now alters nothing: the tool is looked at', async () => {
    const { mail, reads } = await open()
    const writes = mail.writes.length
    await told({ HEAD: 'What stood there before' })
    expect([reads, mail.writes.length]).toEqual([[email], writes])
  })

  it('a field that the tool owns is adopted, and nothing is written back', async () => {
    const { mail } = await open()
    const writes = mail.writes.length
    await edited(mail, { PLAN: 'pro' })
    const { items } = await box.flow.operations.listProfiles({ limit: 1, cursor: null })
    expect(items[0]?.traits).toMatchObject({ plan: 'pro' })
    expect(
      mail.writes.slice(writes).flatMap(({ changes }) => changes.map(({ fields }) => 'PLAN' in fields)),
    ).not.toContain(true)
  })

  it('however much is said at once, the contact is looked at once', async () => {
    const { mail, reads } = await open()
    mail.put(email, { HEAD: 'By hand' })
    await Promise.all(Array.from({ length: 50 }, (_, n) => hook([record({ HEAD: `By hand ${n}` })])))
    await box.flow.settle()
    expect(reads.length).toBeLessThanOrEqual(2)
    expect(mail.holds(email)?.HEAD).toBe('Care')
  })

  it('right after a look it is not looked at again, but some seconds later', async () => {
    const { mail, reads } = await open()
    await edited(mail, { HEAD: 'By hand' })
    reads.length = 0
    mail.put(email, { HEAD: 'Again' })
    await told({ HEAD: 'Again' })
    expect(reads).toEqual([])
    clock.now += 6_000
    await box.flow.settle()
    expect(mail.holds(email)?.HEAD).toBe('Care')
  })

  it('what is pulled counts as well', async () => {
    const { mail } = await open()
    mail.put(email, { HEAD: 'By hand' })
    mail.feed.push(record({ HEAD: 'By hand' }))
    await box.flow.operations.pull('mail')
    await box.flow.settle()
    expect(mail.holds(email)?.HEAD).toBe('Care')
  })

  it('in a phase that does not write nobody is looked at for it', async () => {
    const { reads } = await open()
    await box.flow.operations.setPhase('mail', 'shadow', admin)
    await box.flow.settle()
    reads.length = 0
    await told({ HEAD: 'By hand' })
    expect(reads).toEqual([])
  })
})

describe('two who write one field', () => {
  const fight = async (mail: PaperTool, times: number) => {
    for (let n = 0; n < times; n++) await edited(mail, { HEAD: `Theirs ${n}` })
  }
  it('after the third time in a day ours is written no more: one problem, until an admin replays', async () => {
    const { mail } = await open()
    await fight(mail, 3)
    expect(mail.holds(email)?.HEAD).toBe('Care')
    await fight(mail, 4)
    expect(mail.holds(email)?.HEAD).toBe('Theirs 3')
    expect(await view()).toMatchObject({
      health: 'failing',
      pending: 0,
      problem: expect.stringMatching(/^somebody else keeps changing HEAD: written no more for 1 contacts/),
    })
    expect(await box.flow.operations.metrics()).toContain('leitstern_contacts_contested{connector="mail"} 1')
    expect(await box.flow.operations.replay('mail', admin)).toEqual({ replayed: 1 })
    await box.flow.settle()
    expect(mail.holds(email)?.HEAD).toBe('Care')
    expect(await view()).toMatchObject({ health: 'ok', problem: null })
  })

  it('everything else of the contact is written on', async () => {
    const { mail } = await open()
    await fight(mail, 5)
    clock.now += minute
    await box.say(identify('ada', { firstName: 'Grace' }, { timestamp: new Date(clock.now).toISOString() }))
    await box.flow.settle()
    expect(mail.holds(email)).toMatchObject({ NAME: 'Grace', HEAD: 'Theirs 4' })
    await edited(mail, { NAME: 'Not Grace' })
    expect(mail.holds(email)).toMatchObject({ NAME: 'Grace', HEAD: 'Theirs 4' })
  })

  it('three times every day is no fight', async () => {
    const { mail } = await open()
    for (let day = 0; day < 4; day++) {
      await fight(mail, 3)
      clock.now += 24 * 60 * minute
    }
    expect(mail.holds(email)?.HEAD).toBe('Care')
    expect(await view()).toMatchObject({ problem: null })
  })
})

describe('webhooks that tell nothing but that something has happened', () => {
  it('a ping is answered, proven or not, and nothing comes of it', async () => {
    const { mail, reads } = await open(({ webhook }) => ({
      ...(webhook !== undefined && {
        webhook: { ...webhook, isPing: (_: unknown, { headers }: { headers: object }) => 'x-ping' in headers },
      }),
    }))
    const messages = await box.store.countMessages()
    expect(await hook([record({ HEAD: 'By hand' })], { 'x-ping': 'yes' })).toBe('pinged')
    await box.flow.settle()
    expect([reads, mail.writes.length, await box.store.countMessages()]).toEqual([[], 1, messages])
  })

  it('the current state of what it hints at is read, adopted, and held against ours', async () => {
    const asked: Hint[] = []
    const { mail } = await open(() => ({
      recall: async (_, hints) => {
        asked.push(...hints)
        return [record({ PLAN: 'pro', HEAD: 'By hand' })]
      },
    }))
    mail.put(email, { HEAD: 'By hand' })
    expect(await hook([hint(), hint()])).toBe('accepted')
    await box.flow.settle()
    expect(asked.map(({ remoteId }) => remoteId)).toEqual(['r0', 'r0'])
    const { items } = await box.flow.operations.listProfiles({ limit: 1, cursor: null })
    expect(items[0]?.traits).toMatchObject({ plan: 'pro' })
    expect(mail.holds(email)?.HEAD).not.toBe('By hand')
  })

  it('a tool that cannot be asked at present is told to say it again', async () => {
    let down = true
    await open(() => ({
      recall: async () => {
        if (down) throw new ConnectorError('transient', 'answered 500')
        return [record({ PLAN: 'pro' })]
      },
    }))
    expect(await hook([hint()])).toBe('later')
    down = false
    expect(await hook([hint()])).toBe('accepted')
    await box.flow.settle()
    const { items } = await box.flow.operations.listProfiles({ limit: 1, cursor: null })
    expect(items[0]?.traits).toMatchObject({ plan: 'pro' })
  })

  it('of a tool that recalls nothing the contact is looked at', async () => {
    const { mail } = await open()
    mail.feed.push(record({}))
    await box.flow.operations.pull('mail')
    mail.put(email, { HEAD: 'By hand' })
    clock.now += minute
    expect(await hook([hint()])).toBe('accepted')
    await box.flow.settle()
    expect(mail.holds(email)?.HEAD).toBe('Care')
  })
})
