import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ask } from '../support/ask.ts'
import { begin, command } from '../support/command.ts'
import { eventually, first } from '../support/hub-at.ts'
import { type RunningHub, runningHub, temporaryFolder } from '../support/running-hub.ts'
import { smallShop } from '../support/small-shop.ts'
import * as wire from '../support/wire.ts'

/** `npx leitstern`, each time as a process of its own, beside a running hub. */
const folder = temporaryFolder()
const config = smallShop(join(folder.path, 'config'), 12)
const data = join(folder.path, 'data')
let hub: RunningHub
beforeAll(async () => {
  hub = await runningHub(config, data)
  await hub.ready()
}, 60_000)
afterAll(async () => {
  await hub.close()
  folder.remove()
}, 60_000)

const anna = 'email:anna.winter.1001@example.test'
const leitstern = (line: string) =>
  command(line.split(' '), { LEITSTERN_URL: hub.url, LEITSTERN_KEY: hub.key, LEITSTERN_CONFIG: config })
/** What a command answers with --json. */
const asJson = async <T>(line: string, shape: z.ZodType<T>, expected = 0): Promise<T> => {
  const { code, out, err } = await leitstern(`${line} --json`)
  expect(code, err).toBe(expected)
  return shape.parse(JSON.parse(out))
}
const file = (name: string, lines: readonly string[]) => {
  const path = join(folder.path, name)
  writeFileSync(path, lines.join('\n'))
  return path
}

describe('asking', () => {
  it('check finds nothing in the shipped config, and says in which file, where and what is wrong in another', async () => {
    expect(await leitstern('check')).toMatchObject({ code: 0, out: expect.stringContaining('no problems in 7 files') })
    const broken = file('broken.yaml', ['hub: { name: Broken }', 'profile: ./config/profile.yaml', 'conectors: {}'])
    const { code, out } = await command(['check'], { LEITSTERN_CONFIG: broken })
    expect([code, out]).toEqual([1, expect.stringMatching(/broken\.yaml:3:1.*conectors.*connectors/)])
  })

  it('connectors lists each with phase, health and what waits', async () => {
    const { code, out } = await leitstern('connectors')
    const rows = out.trim().split('\n')
    expect([code, rows.length]).toEqual([0, 5])
    expect(rows[3]).toMatch(/^shop \(sandbox\) +commerce +shadow +ok +\d+ +0 +0 +0 s +Channel/)
    const { connectors } = await asJson('connectors', z.object({ connectors: z.array(z.object({ id: z.string() })) }))
    expect(connectors.map(({ id }) => id)).toEqual(['mail', 'site', 'shop', 'crm'])
  })

  it('explain says who it is, what they are shown, and why', async () => {
    const { code, out } = await leitstern(`explain ${anna}`)
    expect(code).toBe(0)
    for (const part of [anna, 'segments: contactable', 'lead-offer: headphone-care', 'tier 10', 'service-hint: '])
      expect(out).toContain(part)
    const explained = z.object({ profile: wire.profile, explanations: z.array(z.object({ slot: z.string() })) })
    const { profile, explanations } = await asJson(`explain ${anna} --slot lead-offer`, explained)
    expect(profile).toEqual(await hub.customer(anna))
    expect(explanations.map(({ slot }) => slot)).toEqual(['lead-offer'])
  })

  it('export tells everything that is stored about a customer', async () => {
    const stored = z.object({ profile: wire.profile, timeline: z.array(z.unknown()), decisions: z.array(z.unknown()) })
    const told = await asJson(`export ${anna}`, stored)
    expect(told.profile).toEqual(await hub.customer(anna))
    expect([told.timeline.length > 3, told.decisions.length > 0]).toEqual([true, true])
  })

  it.each([
    ['an unknown customer', 'explain email:nobody@example.test', 1, 'no such customer'],
    ['an unknown connector', 'phase nowhere live', 1, 'no connector nowhere'],
    ['a file that is not there', 'import nowhere.csv --as customers', 1, 'nowhere.csv'],
    ['an unknown import', `import ${config} --as nothing`, 2, 'shop-orders, customers'],
    ['an unknown phase', 'phase shop on', 2, '"live"'],
    ['an unknown command', 'dance', 2, 'dance'],
    ['a key without a scope', 'keys create web', 2, '--scope'],
    ['a command that is not built yet', 'plan', 2, 'not built yet'],
  ])('%s ends with the exit code that says of which sort it is', async (_, line, code, says) => {
    expect(await leitstern(line)).toEqual({ code, out: '', err: expect.stringContaining(says) })
  })

  it('without a hub, or without its key, it says what to do', async () => {
    const alone = await command(['connectors'], { LEITSTERN_URL: 'http://127.0.0.1:1', LEITSTERN_KEY: 'x' })
    expect(alone).toEqual({ code: 1, out: '', err: expect.stringContaining('leitstern start') })
    const refused = await command(['connectors'], { LEITSTERN_URL: hub.url, LEITSTERN_KEY: 'guessed' })
    expect(refused).toEqual({ code: 1, out: '', err: expect.stringContaining('key') })
  })
})

describe('doing', { timeout: 60_000 }, () => {
  it('phase explains and asks for --yes; with it, the tool is written to, and given back on the way down', async () => {
    const shop = await hub.tool('shop')
    const before = await shop.contacts()
    const explained = await leitstern('phase shop live')
    expect(explained).toMatchObject({ code: 2, err: expect.stringContaining('--yes') })
    expect(explained.out).toContain(`up to ${before.length} contacts will be written to`)
    expect(await shop.contacts()).toEqual(before)

    expect(await leitstern('phase shop live --yes')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/now: live$/m),
    })
    const isOurs = ({ fields }: { fields: object }) => 'leitsternHeadline' in fields
    await eventually(async () => expect((await shop.contacts()).filter(isOurs).length).toBeGreaterThan(5))
    const back = await leitstern('phase shop shadow --yes')
    expect(back.out).toContain('passes through retiring')
    await eventually(async () => expect((await leitstern('connectors')).out).toMatch(/^shop.* shadow /m))
    expect(await shop.contacts()).toEqual(before)
  })

  it('import sends a file, tells how far it is, and reports what is refused, with its lines', async () => {
    const head = 'InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID'
    const rows = Array.from({ length: 5_100 }, (_, index) => `${600_000 + index},A1,1,2026-01-05 10:00:00,2.5,`)
    const path = file('orders.csv', [head, '1,SP-100,2,2026-10-05 10:00:00,79.9,c-1', '2,B2,1,someday,1,c-1', ...rows])
    const { code, out, err } = await leitstern(`import ${path} --as shop-orders`)
    expect([code, err]).toEqual([1, expect.stringMatching(/^\d+ messages, line \d+$/m)])
    expect(out).toMatch(/5101 accepted, 1 refused\n {2}1 x InvoiceDate: .*"someday".* \(line 3\)/)
    expect((await hub.customer('userId:c-1')).computed).toMatchObject({ orders: 1 })
  })

  it('import a second time changes nobody', async () => {
    const head = 'CustomerID,Email,FirstName,LastName,Locale,Country,Birthday'
    const path = file('customers.csv', [head, 'c-2,grace@example.test,Grace,,en-GB,,'])
    const report = z.object({ accepted: z.int(), refused: z.array(z.unknown()) })
    expect(await asJson(`import ${path} --as customers`, report)).toEqual({ accepted: 1, refused: [] })
    const once = await hub.customer('userId:c-2')
    expect(once).toMatchObject({
      traits: { firstName: 'Grace' },
      identifiers: expect.arrayContaining([{ type: 'email', value: 'grace@example.test' }]),
    })
    expect(await asJson(`import ${path} --as customers`, report)).toEqual({ accepted: 1, refused: [] })
    expect(await hub.customer('userId:c-2')).toEqual(once)
  })

  it('publish makes the rule files the current revision; files with a problem change nothing', async () => {
    const published = z.object({ revision: z.string(), changed: z.boolean() })
    const before = await asJson('publish', published)
    expect(before.changed).toBe(false)
    const rules = join(folder.path, 'config', 'rules', 'extra.yaml')
    writeFileSync(rules, 'segments: [{ key: from-france, when: { trait: country, is: FR } }]')
    const after = await asJson('publish', published)
    expect([after.changed, after.revision === before.revision]).toEqual([true, false])
    const current = await hub.read('/v1/registry', wire.registry)
    expect([current.revision, current.segments.map(({ key }) => key)]).toEqual([
      after.revision,
      expect.arrayContaining(['from-france']),
    ])
    writeFileSync(rules, 'segments: [{ key: from-france, when: { trait: contry, is: FR } }]')
    expect(await leitstern('publish')).toEqual({ code: 1, out: '', err: expect.stringContaining('contry') })
    expect(await hub.read('/v1/registry', wire.registry)).toEqual(current)
    rmSync(rules)
  })

  it('replay puts back what a tool has refused for good', async () => {
    const consent = { categoryPreferences: { email_marketing: true } }
    const traits = { email: 'nobody@nowhere.invalid' }
    await hub.read('/v1/identify', wire.ingested, { json: { userId: 'refused', traits, context: { consent } } })
    const deadLetters = async () => first((await hub.connectors()).filter(({ id }) => id === 'mail')).deadLetters
    await eventually(async () => expect(await deadLetters()).toBe(1))
    expect(await leitstern('replay mail')).toMatchObject({ code: 0, out: 'mail: 1 put back in the queue\n' })
    await eventually(async () => expect(await deadLetters()).toBe(1))
  })

  it('keys are told once, listed without themselves, and revoked at once', async () => {
    const created = z.object({ id: z.string(), key: z.string() })
    const { id, key } = await asJson('keys create web --scope ingest decide', created)
    expect((await hub.ask('/v1/decide', { key, json: { profile: { userId: 'x' } } })).status).toBe(200)
    const list = await leitstern('keys')
    expect(list.out).toMatch(new RegExp(`^${id} +web +secret +ingest decide `, 'm'))
    expect(list.out).not.toContain(key)
    expect(await leitstern(`keys revoke ${id}`)).toMatchObject({ code: 0 })
    expect((await hub.ask('/v1/decide', { key, json: { profile: { userId: 'x' } } })).status).toBe(401)
  })

  it('erase asks for --yes; with it, the customer is gone, from the tools too', async () => {
    expect(await leitstern(`erase ${anna}`)).toMatchObject({ code: 2, err: expect.stringContaining('--yes') })
    expect(await hub.named(anna)).toHaveLength(1)
    expect(await leitstern(`erase ${anna} --yes`)).toMatchObject({
      code: 0,
      out: expect.stringContaining('mail, shop, site'),
    })
    expect(await hub.named(anna)).toEqual([])
    const mail = await hub.tool('mail')
    await eventually(async () => expect(await mail.contact(anna.slice(anna.indexOf(':') + 1))).toBeUndefined())
  })
})

describe('start', { timeout: 60_000 }, () => {
  const children: ReturnType<typeof begin>[] = []
  afterEach(() => Promise.all(children.splice(0).map((child) => child.stop() && child.ended)))
  const started = (name: string, more: Readonly<Record<string, string>> = {}) => {
    const env = { LEITSTERN_CONFIG: config, LEITSTERN_DATA: join(folder.path, name), PORT: '0', ...more }
    const child = begin(['start'], env)
    children.push(child)
    return child
  }
  const ready = 'What to try next'

  it('runs until it is asked to stop, and leaves nothing running', async () => {
    const { said, says, stop, ended } = started('stopped')
    await says(ready)
    const urls = new Set(said.out.match(/http:\/\/127\.0\.0\.1:\d+/g))
    expect(urls.size).toBe(5)
    for (const url of urls) expect((await ask(`${url}/`)).status).toBeGreaterThan(0)
    stop()
    expect([await ended, said.err]).toEqual([0, ''])
    for (const url of urls) await expect(ask(`${url}/`)).rejects.toThrow('fetch failed')
  })

  it('reads its config again at a hang-up, and goes on', async () => {
    const own = smallShop(join(folder.path, 'hang-up'), 2)
    const { said, says, stop, hangUp, ended } = started('hung-up', { LEITSTERN_CONFIG: own })
    await says(ready)
    writeFileSync(own, readFileSync(own, 'utf8').replace('crm: { rank: 90 }', 'crm: { rank: 91 }'))
    hangUp()
    await says('config taken over: sources.crm')
    const [url = ''] = said.out.match(/http:\/\/127\.0\.0\.1:\d+/) ?? []
    expect((await ask(`${url}/healthz`)).status).toBe(200)
    stop()
    expect([await ended, said.err]).toEqual([0, ''])
  })

  it('stops in the middle of its beginning, too, and then begins again', async () => {
    const early = started('twice')
    await early.says('listens at')
    early.stop()
    expect(await early.ended).toBe(0)
    expect(early.said.out).not.toContain(ready)
    const again = started('twice')
    await again.says(ready)
    again.stop()
    expect(await again.ended).toBe(0)
  })

  const spoilt = join(folder.path, 'spoilt', 'sandbox', 'mail.json')
  it.each([
    ['the port is taken', 'taken', () => ({ PORT: new URL(hub.url).port }), 'set PORT to a free port'],
    ['another hub works with the data folder', 'data', () => ({}), 'set LEITSTERN_DATA to another folder'],
    ['a sandbox cannot be restored', 'spoilt', () => ({}), 'delete the file to start afresh'],
    ['the port is no number', 'nonsense', () => ({ PORT: 'nonsense' }), 'set PORT to a free port'],
  ])('ends with what to do where %s', async (_, name, more, says) => {
    mkdirSync(dirname(spoilt), { recursive: true })
    writeFileSync(spoilt, '{}')
    const { ended, said } = started(name, more())
    expect([await ended, said.err]).toEqual([1, expect.stringContaining(says)])
  })
})
