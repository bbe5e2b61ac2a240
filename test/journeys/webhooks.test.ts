import { afterEach, describe, expect, it } from 'vitest'
import type { RawRequest } from '../../core/contract/webhook.ts'
import { type Dialect, dialects } from '../support/rough/dialect.ts'
import { openRoughHub, type RoughHub } from '../support/rough/hub.ts'
import { identify } from '../support/shop.ts'

let hub: RoughHub
afterEach(() => hub.close())
const minute = 60_000
const email = 'p0@x.test'

/** Tools whose webhook says that somebody withdrew; WordPress's says what the tool holds. */
const withdrawing = dialects.filter(({ use }) => use === 'mailchimp' || use === 'hubspot')
const telling = dialects.filter(({ use }) => use === 'wordpress')

let planField = ''
const open = async (dialect: Dialect) => {
  planField = dialect.field('plan')
  hub = await openRoughHub(dialect, { map: { plan: { field: planField, owner: 'tool' } } })
  await hub.box.say(identify('u0', { email, firstName: 'Ada' }, { timestamp: '2026-11-01T00:00:00Z' }))
}
const deliver = (request: RawRequest) => hub.box.flow.operations.webhook('tool', request)
const sends = (): RawRequest => {
  const sent = hub.tool.sandbox.webhook?.(email, hub.box.clock.now)
  if (sent === undefined) throw new Error('the tool sends no webhooks')
  return sent
}
/** Time passes, and somebody changes the contact in the tool. */
const edited = (plan: string, consent = true) => {
  hub.box.clock.now += minute
  hub.tool.sandbox.seed([{ email, fields: { [planField]: plan }, memberships: [], consent }])
}
const pulled = async () => {
  hub.box.clock.now += 1_000
  await hub.box.flow.operations.pull('tool')
}
const profile = async () => {
  const identifier = { type: 'email', value: email }
  const { items } = await hub.box.flow.operations.listProfiles({ limit: 1, cursor: null, identifier })
  return { plan: items[0]?.traits.plan, consent: items[0]?.consents.marketing }
}
const spoilt: Readonly<Record<string, (sent: RawRequest) => RawRequest>> = {
  'with another body': (sent) => ({ ...sent, body: Buffer.from(`${Buffer.from(sent.body).toString('utf8')} `) }),
  'without headers': (sent) => ({ ...sent, headers: {} }),
  'with another signature': (sent) => ({
    ...sent,
    headers: Object.fromEntries(
      Object.entries(sent.headers).map(([name, value]) => [
        name,
        name.includes('signature') ? `${value.slice(0, -6)}AAAAAA` : value,
      ]),
    ),
  }),
  'with the signature of an earlier one': (sent) => {
    hub.box.clock.now += 1_000
    return { ...sends(), headers: sent.headers }
  },
}

describe.each([...withdrawing, ...telling])('webhooks of $use', (dialect) => {
  it.each(Object.entries(spoilt))('a forged one, %s, changes nothing', async (_, spoil) => {
    await open(dialect)
    edited('pro')
    await pulled()
    const [messages, before] = [await hub.box.store.countMessages(), await profile()]
    edited('basic', false)
    expect(await deliver(spoil(sends()))).toBe('forged')
    expect([await hub.box.store.countMessages(), await profile()]).toEqual([messages, before])
  })

  it('one that is sent again after hours is refused: whoever has copied it cannot use it', async () => {
    await open(dialect)
    edited('pro')
    const sent = sends()
    hub.box.clock.now += 60 * minute
    expect(await deliver(sent)).toBe('forged')
  })

  it('the same one twice is one message', async () => {
    await open(dialect)
    edited('pro')
    const sent = sends()
    expect(await deliver(sent)).toBe('accepted')
    const [messages, before] = [await hub.box.store.countMessages(), await profile()]
    expect(await deliver(sent)).toBe('accepted')
    expect([await hub.box.store.countMessages(), await profile()]).toEqual([messages, before])
  })
})

describe.each(withdrawing)('a withdrawal in $use', (dialect) => {
  it('that comes late takes nothing back that was said after it', async () => {
    await open(dialect)
    edited('pro')
    await pulled()
    const late = sends()
    hub.box.clock.now += minute
    await hub.box.say(identify('u0', {}, { timestamp: new Date(hub.box.clock.now).toISOString() }))
    await deliver(late)
    expect(await profile()).toMatchObject({ consent: true })
  })

  it('that comes in time holds', async () => {
    await open(dialect)
    edited('pro')
    await pulled()
    hub.box.clock.now += minute
    await deliver(sends())
    expect(await profile()).toMatchObject({ consent: false })
  })
})

/** HubSpot never says yes: there, not to have opted out is no consent. */
describe.each(withdrawing.filter(({ use }) => use !== 'hubspot'))('a withdrawal in $use', (dialect) => {
  it('that comes after the tool has said yes once more does not hold, though that yes was no news', async () => {
    await open(dialect)
    edited('pro')
    await pulled()
    hub.box.clock.now += minute
    const late = sends()
    edited('pro', false)
    edited('pro')
    await pulled()
    await deliver(late)
    expect(await profile()).toMatchObject({ consent: true })
  })

  it('holds until the tool says yes again, whichever way each was told', async () => {
    await open(dialect)
    edited('pro')
    await pulled()
    expect(await profile()).toMatchObject({ consent: true })
    hub.box.clock.now += minute
    await deliver(sends())
    expect(await profile()).toMatchObject({ consent: false })
    edited('pro', false)
    edited('pro')
    await pulled()
    expect(await profile()).toMatchObject({ consent: true })
  })
})

describe.each(telling)('what $use tells', (dialect) => {
  it('in the wrong order ends as in the right one', async () => {
    await open(dialect)
    edited('pro')
    await deliver(sends())
    edited('basic')
    const late = sends()
    edited('plus')
    await deliver(sends())
    await deliver(late)
    expect(await profile()).toMatchObject({ plan: 'plus' })
  })

  it('late is not taken for what it says now: when it goes back to that, it is heard', async () => {
    await open(dialect)
    edited('pro')
    const late = sends()
    edited('basic')
    await deliver(sends())
    await deliver(late)
    expect(await profile()).toMatchObject({ plan: 'basic' })
    edited('pro')
    await pulled()
    expect(await profile()).toMatchObject({ plan: 'pro' })
  })

  it('again, though it is no news, is later than what comes late', async () => {
    await open(dialect)
    edited('pro')
    await pulled()
    edited('basic')
    const late = sends()
    edited('pro')
    await pulled()
    await deliver(late)
    expect(await profile()).toMatchObject({ plan: 'pro' })
  })
})
