import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { begin } from '../support/command.ts'
import { leitsternHere } from '../support/leitstern.ts'
import { type RunningHub, runningHub, temporaryFolder } from '../support/running-hub.ts'
import { smallShop } from '../support/small-shop.ts'

/** Keeping a hub: backup, restore, doctor and keys, by `npx leitstern` beside a hub and without one. */
const folder = temporaryFolder()
const config = smallShop(join(folder.path, 'config'), 8)
/** No request takes longer: a hub that starts waits so long for what the one before may have sent. */
const impatient = (text: string) => text.replaceAll(/^( +)sandbox: .*$/gm, '$&\n$1limits: { timeoutMs: 2000 }')
const tools = join(folder.path, 'config', 'sandbox', 'demo.yaml')
writeFileSync(tools, impatient(readFileSync(tools, 'utf8')))
const data = join(folder.path, 'data')
const copy = join(folder.path, 'copy.db')
const anna = 'email:anna.winter.1001@example.test'
let hub: RunningHub
const env = { LEITSTERN_CONFIG: config, LEITSTERN_DATA: data, PORT: '1' }
const leitstern = (line: string, more: Readonly<Record<string, string>> = {}) =>
  leitsternHere(line, { ...env, ...more })
afterAll(() => folder.remove())

const finding = z.object({
  subject: z.string(),
  state: z.enum(['good', 'note', 'problem']),
  found: z.string(),
  next: z.string().optional(),
})
const findingsOf = (out: string) => z.object({ findings: z.array(finding) }).parse(JSON.parse(out)).findings
const created = z.object({ id: z.string(), key: z.string() })

/** What the tools that are written to hold. */
const held = async () => [await (await hub.tool('mail')).contacts(), await (await hub.tool('site')).contacts()]
let before: Awaited<ReturnType<typeof held>>

describe('beside a hub', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    hub = await runningHub(config, data)
    await hub.ready()
    before = await held()
  }, 60_000)
  afterAll(() => hub.close(), 60_000)
  const beside = (line: string) => leitstern(line, { PORT: new URL(hub.url).port })

  it('doctor finds all well, and has looked at everything', async () => {
    const { code, out, err } = await beside('doctor --json')
    const findings = findingsOf(out)
    expect([code, err, findings.filter(({ state }) => state === 'problem')]).toEqual([0, '', []])
    const about = (subject: string) => findings.find((one) => one.subject === subject)?.found
    expect(about('hub')).toBe(`answers at ${hub.url}`)
    expect(about('config')).toMatch(/secrets found/)
    expect(about('store')).toMatch(/^\d+ messages, 8 profiles, \d+ contacts, sound$/)
    expect(about('due index')).toMatch(/next at/)
    for (const connector of ['mail', 'site', 'shop', 'crm']) {
      expect(about(connector)).toMatch(/^reaches /)
      expect(about(`${connector}: the tool's clock`)).toMatch(/same|\b1 s/)
    }
    for (const subject of ['Node', 'data folder', 'disk', 'version', "the hub's clock", 'schema'])
      expect(about(subject)).toBeDefined()
    expect(readdirSync(data).filter((name) => name.startsWith('outgoing'))).toEqual([])
  })

  it('doctor says what to do about what is wrong', async () => {
    await hub.read('/v1/connectors/crm/phase', z.unknown(), { json: { phase: 'off' } })
    const broken = join(folder.path, 'config', 'rules', 'broken.yaml')
    writeFileSync(broken, 'segmnets: []')
    const { code, out } = await beside('doctor --quick --json')
    rmSync(broken)
    const findings = findingsOf(out).filter(({ state }) => state !== 'good')
    expect(code).toBe(1)
    expect(findings).toEqual([
      {
        subject: 'config',
        state: 'problem',
        found: expect.stringContaining('segmnets'),
        next: expect.stringContaining('leitstern check'),
      },
      { subject: 'crm', state: 'note', found: 'is off', next: 'leitstern phase crm observe' },
    ])
    await hub.read('/v1/connectors/crm/phase', z.unknown(), { json: { phase: 'observe' } })
  })

  it('doctor without the admin key says which key it needs', async () => {
    const { code, out } = await leitstern('doctor --quick', { PORT: new URL(hub.url).port, LEITSTERN_KEY: 'guessed' })
    expect([code, out]).toEqual([1, expect.stringMatching(/PROBLEM +hub +.*admin key/)])
  })

  it('backup copies the store, and overwrites nothing unasked', async () => {
    const { code, out } = await beside(`backup ${copy} --json`)
    expect([code, JSON.parse(out)]).toEqual([0, expect.objectContaining({ file: copy, profiles: 8, faults: [] })])
    expect(statSync(copy).mode & 0o777).toBe(0o600)
    expect(await beside(`backup ${copy}`)).toMatchObject({ code: 2, err: expect.stringContaining('--force') })
    expect(await beside(`backup ${copy} --force`)).toMatchObject({ code: 0, out: expect.stringContaining('sound') })
    expect(readdirSync(folder.path).filter((name) => name.includes('partial'))).toEqual([])
    expect((await hub.ask('/v1/backup', { key: 'guessed' })).status).toBe(401)
  })

  it('restore refuses while the hub works with the store', async () => {
    const { code, err } = await beside(`restore ${copy}`)
    expect([code, err]).toEqual([1, expect.stringContaining('a hub works with it; stop it first')])
    expect((await hub.ask('/readyz')).status).toBe(200)
  })

  it('a command that needs the store says so where the hub that has it answers elsewhere', async () => {
    const { code, err } = await leitstern('keys')
    expect([code, err]).toEqual([1, expect.stringMatching(/a hub works with it; .* LEITSTERN_URL or PORT/)])
  })
})

describe('without a hub', { timeout: 60_000 }, () => {
  const children: ReturnType<typeof begin>[] = []
  afterEach(() => Promise.all(children.splice(0).map((child) => child.stop() && child.ended)))

  it('keys are created, listed and revoked in the store, and hold when a hub runs again', async () => {
    const { code, out, err } = await leitstern('keys create page --public --origin https://shop.example --json')
    expect([code, err]).toEqual([
      0,
      expect.stringContaining('No hub answers at http://127.0.0.1:1: working on its store.'),
    ])
    const { id, key } = created.parse(JSON.parse(out))
    const gone = created.parse(JSON.parse((await leitstern('keys create gone --scope ingest --json')).out))
    expect(await leitstern(`keys revoke ${gone.id}`)).toMatchObject({ code: 0 })
    expect((await leitstern('keys list')).out).toMatch(
      new RegExp(`^${id} +page +public +ingest decide .*https://shop.example$`, 'm'),
    )
    hub = await runningHub(config, data)
    const headers = { origin: 'https://shop.example' }
    const json = { anonymousId: 'a1', event: 'Seen', type: 'track' }
    expect((await hub.ask('/v1/track', { key, headers, json })).status).toBe(200)
    expect((await hub.ask('/v1/track', { key: gone.key, json })).status).toBe(401)
    await hub.close()
  })

  it('export and explain read a customer, and leave the tools alone', async () => {
    const { code, out } = await leitstern(`export ${anna} --json`)
    expect([code, JSON.parse(out).profile.segments]).toEqual([0, expect.arrayContaining(['contactable'])])
    expect(await leitstern(`explain ${anna}`)).toMatchObject({ code: 0, out: expect.stringContaining('lead-offer: ') })
  })

  it('what needs the tools says that it needs the hub', async () => {
    expect(await leitstern('connectors')).toMatchObject({ code: 1, err: expect.stringContaining('leitstern start') })
  })

  it('where LEITSTERN_URL names a hub, the store here is not taken for its', async () => {
    const { code, err } = await leitstern('keys', { LEITSTERN_URL: 'http://127.0.0.1:1' })
    expect([code, err]).toEqual([1, expect.stringContaining('it does not answer')])
    expect(await leitstern('doctor', { LEITSTERN_URL: 'http://127.0.0.1:1' })).toMatchObject({ code: 1 })
  })

  it('doctor looks at what there is, and finds a damaged store', async () => {
    const well = await leitstern('doctor --json')
    expect([well.code, findingsOf(well.out).filter(({ state }) => state !== 'good')]).toEqual([
      0,
      [
        {
          subject: 'hub',
          state: 'note',
          found: 'none answers at http://127.0.0.1:1',
          next: expect.stringContaining('leitstern start'),
        },
      ],
    ])
    const damaged = join(folder.path, 'damaged')
    await leitstern('keys')
    expect(await leitstern(`backup ${join(folder.path, 'alone.db')}`)).toMatchObject({ code: 0 })
    expect(await leitstern(`restore ${copy}`, { LEITSTERN_DATA: damaged })).toMatchObject({ code: 0 })
    writeFileSync(join(damaged, 'leitstern.db'), 'damaged '.repeat(1_000))
    const ill = await leitstern('doctor', { LEITSTERN_DATA: damaged })
    expect([ill.code, ill.out]).toEqual([
      1,
      expect.stringMatching(/PROBLEM +store +SQLite cannot read it: .* -> .*leitstern restore/),
    ])
    expect(await leitstern(`backup ${join(folder.path, 'ill.db')}`, { LEITSTERN_DATA: damaged })).toMatchObject({
      code: 1,
    })
    expect(existsSync(join(folder.path, 'ill.db'))).toBe(false)
  })

  it('restore puts the copy back; the hub starts with it, and sends the tools what they lack', {
    timeout: 90_000,
  }, async () => {
    const { code, out } = await leitstern(`restore ${copy}`)
    expect([code, out]).toEqual([0, expect.stringMatching(/8 profiles[\s\S]*what was there is kept as \S+\.before-/)])
    hub = await runningHub(config, data)
    await hub.ready()
    expect(await hub.named(anna)).toHaveLength(1)
    // For as long as a request takes at most, what the hub before had sent could still be on its way.
    const waiting = async () => (await hub?.connectors())?.map(({ pending, deadLetters }) => [pending, deadLetters])
    await expect.poll(waiting, { timeout: 30_000, interval: 200 }).toEqual(Array(4).fill([0, 0]))
    expect(await held()).toEqual(before)
    await hub.close()
  })

  it('a hub that was killed leaves no lock behind', async () => {
    const child = begin(['start'], { ...env, PORT: '0' })
    children.push(child)
    await child.says('listens at')
    expect(await leitstern('keys')).toMatchObject({
      code: 1,
      err: expect.stringContaining('a hub works with it'),
    })
    child.kill()
    await child.ended
    expect(await leitstern('keys')).toMatchObject({ code: 0 })
  })
})
