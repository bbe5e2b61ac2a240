import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { isProven } from '../../core/host/proof.ts'
import { recordOf } from '../../plugins/twilio/message.ts'
import { pushOne } from '../conformance/delivery.ts'
import { atWorkbench, person, type Workbench } from '../conformance/workbench.ts'
import { subjectOf } from '../contracts/exercise.ts'
import { pulled } from './pulled.ts'

const subject = await subjectOf('twilio')
const ada = 'ada@example.test'
const at = (work: Parameters<typeof atWorkbench>[1]) => atWorkbench(subject, work)
const account = z.looseObject({ users: z.array(z.looseObject({ identity: z.string(), attributes: z.string() })) })
const attributesOf = ({ sandbox }: Workbench, identity: string) =>
  account.parse(sandbox.state()).users.find((user) => user.identity === identity)?.attributes ?? ''
/** As the application itself would write them. */
const setAttributes = ({ sandbox }: Workbench, attributes: string) => {
  const { users, ...rest } = account.parse(sandbox.state())
  sandbox.restore({ ...rest, users: users.map((user) => ({ ...user, attributes })) })
}

it('what Twilio says of a user is told without the number', () =>
  at(async (bench) => {
    bench.sandbox.seed([person(ada)])
    const json = { code: 50_105, message: '+15551234567 and grace@example.test are no identity' }
    bench.breakBy(({ method }) => (method === 'POST' ? { status: 400, json } : null))
    expect(await pushOne(bench, ada, { fields: { offer: 'x' } })).toMatchObject({
      status: 'rejected',
      reason: 'Twilio refused the user: the number and the address are no identity',
    })
  }))

describe('attributes', () => {
  it('of the application stay, whatever they are, beside ours', () =>
    at(async (bench) => {
      bench.sandbox.seed([person(ada)])
      const theirs = { avatar: { url: 'https://x.example' }, tags: ['a', 'b'], score: null }
      setAttributes(bench, JSON.stringify({ ...theirs, offer: 'before', old: 1 }))
      expect(await pushOne(bench, ada, { fields: { offer: 'after', old: null } })).toMatchObject({ status: 'applied' })
      expect(JSON.parse(attributesOf(bench, ada))).toEqual({ ...theirs, offer: 'after' })
    }))

  it.each(['"a text"', '[1,2]', 'no JSON'])('that are no object (%s) are left as they are', (text) =>
    at(async (bench) => {
      bench.sandbox.seed([person(ada)])
      setAttributes(bench, text)
      expect(await pushOne(bench, ada, { fields: { offer: 'x' } })).toMatchObject({ status: 'rejected' })
      expect(attributesOf(bench, ada)).toBe(text)
    }),
  )
})

const inbound = {
  sid: 'SM1',
  direction: 'inbound',
  from: '+15551234567',
  to: '+15550100000',
  body: 'STOP',
  status: 'received',
}
const sent = { ...inbound, date_sent: 'Sat, 21 Nov 2026 10:00:00 +0000' }
const delivered = {
  ...sent,
  direction: 'outbound-api',
  from: '+15550100000',
  to: '+15551234567',
  body: 'Hello',
  status: 'delivered',
}

describe('a service of its own', () => {
  it('is where the users are looked for', () =>
    at(async ({ connector, context, sandbox, url, requests }) => {
      const service = `IS${'0'.repeat(32)}`
      const ctx = context('read', { settings: { ...sandbox.settings(url), service } })
      const contact = { id: 'c1', key: { type: 'userId', value: 'U-7' } }
      const held = await connector.read?.(ctx, [contact], { fields: [], memberships: [] })
      expect(held).toEqual(new Map([['c1', null]]))
      expect(requests.map(({ path }) => path)).toEqual([`/v1/Services/${service}/Users/U-7`])
    }))
})

describe('a message', () => {
  const cases = [
    { name: 'STOP', message: sent, tells: { kind: 'contact', consent: false, fields: {} } },
    { name: 'stop in other letters', message: { ...sent, body: ' Stop ' }, tells: { consent: false } },
    { name: 'START', message: { ...sent, body: 'START' }, tells: { consent: true } },
    {
      name: 'a sentence with stop in it',
      message: { ...sent, body: 'please stop' },
      tells: { kind: 'event', event: 'SMS Received' },
    },
    { name: 'yes', message: { ...sent, body: 'yes' }, tells: { event: 'SMS Received' } },
    {
      name: 'STOP on another channel',
      message: { ...sent, from: 'whatsapp:+15551234567' },
      tells: { event: 'SMS Received' },
    },
    { name: 'one that arrived', message: delivered, tells: { event: 'SMS Delivered', id: 'message:SM1:delivered' } },
    {
      name: 'one that did not',
      message: { ...delivered, status: 'undelivered', error_code: 30003 },
      tells: { event: 'SMS Failed', properties: { message_id: 'SM1', error_code: 30003 } },
    },
  ]
  it.each(cases)('$name', ({ message, tells }) => {
    const record = recordOf(message)
    expect(record).toMatchObject({
      at: '2026-11-21T10:00:00.000Z',
      identifiers: [{ type: 'phone', value: '+15551234567' }],
      ...tells,
    })
    expect(JSON.stringify(record)).not.toContain(message.body)
  })

  it.each([
    ['that is on its way', { ...delivered, status: 'sent' }],
    ['from a name and not from a number', { ...sent, from: 'SHOP' }],
    ['without a time', { ...sent, date_sent: null }],
  ])('%s tells nothing', (_, message) => expect(recordOf(message)).toBeNull())

  it('that Twilio takes for an opt-out is one, in whatever language', () =>
    expect(recordOf({ ...sent, body: 'ARRET' }, false)).toMatchObject({ kind: 'contact', consent: false }))
})

const hook = ({ connector, context, url }: Workbench, webhookUrl?: string) => {
  const settings: Readonly<Record<string, unknown>> = { ...context('read').settings, messagesUrl: url, webhookUrl }
  const { webhook } = connector
  if (!webhook) throw new Error('the connector has no webhook')
  return { settings, webhook }
}
describe('a webhook', () => {
  it('is read back, with what Twilio took the message for', () =>
    at(async (bench) => {
      const { connector, context, sandbox, clock } = bench
      const request = sandbox.webhook?.(ada, clock.now)
      const { settings, webhook } = hook(bench)
      const told = request ? webhook.parse(settings, request) : []
      expect(told).toMatchObject([{ kind: 'hint', object: 'STOP', remoteId: expect.stringMatching(/^SM/) }])
      const hints = told.flatMap((one) => (one.kind === 'hint' ? [one] : []))
      expect(await connector.recall?.(context('read'), hints)).toMatchObject([
        { kind: 'contact', at: new Date(clock.now).toISOString(), consent: false },
      ])
    }))

  it('is signed over the address as Twilio has it and the parameters sorted by name', () =>
    at(async (bench) => {
      const { settings, webhook } = hook(bench, 'https://mycompany.com/myapp.php?foo=1&bar=2')
      const signature = createHmac('sha1', String(settings.authToken))
        .update('https://mycompany.com/myapp.php?foo=1&bar=2CallSidCA1Digits1234From+14158675310')
        .digest('base64')
      const request = (text: string) => ({
        method: 'POST',
        url: '/v1/hooks/twilio',
        headers: { 'x-twilio-signature': signature },
        body: Buffer.from(text),
      })
      const accepts = (text: string) => isProven(webhook.proof, settings, request(text), 0)
      expect(accepts('From=%2B14158675310&CallSid=CA1&Digits=1234')).toBe(true)
      expect(accepts('From=%2B14158675310&CallSid=CA1&Digits=1235')).toBe(false)
      expect(accepts('From=%2B14158675310&CallSid=CA1&Digits=1234&More=1')).toBe(false)
    }))
})

describe('a pull', () => {
  it('brings messages once, when they have settled, oldest first', () =>
    at(async (bench) => {
      const { sandbox, clock } = bench
      const hour = 3_600_000
      for (const hoursAgo of [30, 5, 1]) sandbox.webhook?.(`p${hoursAgo}@example.test`, clock.now - hoursAgo * hour)
      sandbox.webhook?.('late@example.test', clock.now - 60_000)
      const first = await pulled(bench)
      expect(first.records.map((record) => (clock.now - Date.parse(record.at)) / hour)).toEqual([30, 5, 1])
      expect((await pulled(bench, first.cursor)).records).toEqual([])
      clock.now += hour
      expect((await pulled(bench, first.cursor)).records).toHaveLength(1)
    }))

  it('misses nobody who changes on a page that was read before', () =>
    at(async (bench) => {
      const { sandbox, clock } = bench
      const emails = Array.from({ length: 60 }, (_, index) => `p${index}@example.test`)
      sandbox.seed(emails.map((email) => person(email, { offer: 'before' })))
      clock.now += 3_600_000
      let pages = 0
      bench.breakBy(({ path }) => {
        pages += path.includes('/Users?') ? 1 : 0
        if (pages !== 2) return null
        sandbox.seed([person('p0@example.test', { offer: 'after' })])
        clock.now += 1000
        sandbox.seed([person('p59@example.test', { offer: 'after' })])
        pages += 1
        return null
      })
      const { cursor } = await pulled(bench)
      const { records, cursor: after } = await pulled(bench, cursor)
      expect(records.map(({ identifiers }) => identifiers[0]?.value)).toEqual(['p0@example.test'])
      clock.now += 3_600_000
      const rest = await pulled(bench, after)
      expect([rest.records, rest.cursor?.includes('user:')]).toEqual([[], false])
    }))
})

describe('erasing', () => {
  it('takes the messages of a number along, and those of nobody else', () =>
    at(async (bench) => {
      const { connector, context, sandbox, clock } = bench
      const from = (email: string) =>
        new URLSearchParams(Buffer.from(sandbox.webhook?.(email, clock.now).body ?? []).toString()).get('From') ?? ''
      const [hers, his] = [from(ada), from('bob@example.test')]
      const contact = { id: 'c1', key: { type: 'phone', value: hers } }
      expect(await connector.erase?.(context('write'), [contact])).toEqual([{ contact: 'c1', status: 'applied' }])
      expect(JSON.stringify(sandbox.state())).not.toContain(hers)
      expect(JSON.stringify(sandbox.state())).toContain(his)
      expect(await connector.erase?.(context('write'), [contact])).toEqual([{ contact: 'c1', status: 'unchanged' }])
    }))
})

describe('setup', () => {
  it('says where to enter the webhook, for Twilio has one for each number', () =>
    at(async ({ connector, context, sandbox, url }) => {
      const settings = { ...sandbox.settings(url), webhookUrl: 'https://hub.example/v1/hooks/twilio' }
      const report = await connector.setup?.(context('setup', { settings }), { fields: [], memberships: [] })
      expect(report?.manual).toEqual([expect.stringContaining('https://hub.example/v1/hooks/twilio')])
    }))
})
