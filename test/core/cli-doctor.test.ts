import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { skewFinding } from '../../core/cli/doctor-tools.ts'
import type { Context } from '../../core/contract/connector.ts'
import { timed } from '../../core/flow/skew.ts'
import { loadSandbox } from '../../core/host/catalogue.ts'
import { leitsternHere } from '../support/leitstern.ts'

describe("a tool's clock", () => {
  const at = Date.parse('2026-11-21T12:00:00.500Z')
  const asked = async (date: string | undefined) => {
    const base: Context<object> = {
      settings: {},
      http: async ({ reply }) => ({ status: 200, headers: date === undefined ? {} : { date }, body: reply.parse({}) }),
      log: () => undefined,
      signal: new AbortController().signal,
      now: () => at,
    }
    const { context, skewS } = timed(base, () => at)
    await context.http({ method: 'GET', path: '/', reply: z.object({}) })
    return skewS()
  }
  it.each([
    ['Sat, 21 Nov 2026 12:00:00 GMT', 0],
    ['Sat, 21 Nov 2026 12:05:00 GMT', 300],
    ['Sat, 21 Nov 2026 11:59:20 GMT', -40],
    [undefined, null],
    ['yesterday', null],
  ])('that says %j is %j s ahead', async (date, skewS) => {
    expect(await asked(date)).toBe(skewS)
  })

  it.each([
    [0, 'good'],
    [30, 'good'],
    [-30, 'good'],
    [31, 'problem'],
    [-31, 'problem'],
    [null, 'good'],
  ] as const)('%j s ahead is %s', (skewS, state) => {
    expect(skewFinding('clock', skewS).state).toBe(state)
  })
})

describe('doctor where no hub runs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leitstern-doctor-'))
  let tool: Server
  let url = ''
  let settings: Readonly<Record<string, unknown>> = {}
  let aheadMs = 0
  beforeAll(async () => {
    const factory = await loadSandbox('wordpress')
    if (factory === null) throw new Error('the plugin has no sandbox')
    const site = factory({ now: Date.now })
    tool = createServer(({ method = '', url: path = '', headers }, response) => {
      const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
      const reply = site.handle({ method, path, headers: named, body: undefined })
      response.writeHead(reply.status, { ...reply.headers, date: new Date(Date.now() + aheadMs).toUTCString() })
      response.end(JSON.stringify(reply.json))
    })
    tool.listen(0, '127.0.0.1')
    await once(tool, 'listening')
    const address = tool.address()
    url = typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : ''
    settings = site.settings(url)
    mkdirSync(join(folder, 'rules'))
    writeFileSync(
      join(folder, 'profile.yaml'),
      'identifiers: { userId: { limit: 1 }, email: { limit: 3 } }\ntraits: { firstName: { type: string } }\nconsents: { marketing: { default: denied, channels: [cms] } }\n',
    )
    writeFileSync(join(folder, 'rules', 'rules.yaml'), 'segments: []\n')
  })
  afterAll(() => {
    tool.closeAllConnections()
    tool.close()
    rmSync(folder, { recursive: true })
  })

  const env = { LEITSTERN_CONFIG: join(folder, 'hub.yaml'), LEITSTERN_DATA: join(folder, 'data'), PORT: '1' }
  const doctor = async (more: Readonly<Record<string, string>> = {}) => {
    const { code, out } = await leitsternHere('doctor --json', { ...env, ...more })
    const { findings } = z
      .object({ findings: z.array(z.object({ subject: z.string(), state: z.string(), found: z.string() })) })
      .parse(JSON.parse(out))
    return { code, of: (subject: string) => findings.filter((one) => one.subject === subject) }
  }

  it('before the first start nothing is wrong', async () => {
    writeFileSync(join(folder, 'hub.yaml'), 'hub: { name: Test }\n')
    const { code, of } = await doctor()
    expect(code).toBe(0)
    for (const subject of ['hub', 'data folder', 'store']) expect(of(subject)).toMatchObject([{ state: 'note' }])
  })

  it('a secret that is not set is a problem of config', async () => {
    writeFileSync(join(folder, 'hub.yaml'), 'hub: { name: Test, identityKey: "${NOT_SET_ANYWHERE}" }\n')
    const { code, of } = await doctor()
    expect([code, of('config')]).toEqual([
      1,
      [expect.objectContaining({ state: 'problem', found: expect.stringContaining('NOT_SET_ANYWHERE') })],
    ])
  })

  it('a data folder that cannot be is a problem', async () => {
    writeFileSync(join(folder, 'hub.yaml'), 'hub: { name: Test }\n')
    const { code, of } = await doctor({ LEITSTERN_DATA: join(folder, 'hub.yaml', 'data') })
    expect([code, of('data folder')]).toEqual([1, [expect.objectContaining({ state: 'problem' })]])
  })

  it('asks the tools itself, and tells a refused credential and a clock that is wrong', async () => {
    writeFileSync(
      join(folder, 'hub.yaml'),
      `hub: { name: Test, loopback: true }
connectors:
  site:
    use: wordpress
    channel: wcm
    phase: observe
    settings: { url: ${url}, user: ${settings.user}, password: "\${SITE_PASSWORD}" }
    contact: { key: email, create: never }
    consent: { purpose: marketing, onWithdraw: clear }
    map: { firstName: first_name }
`,
    )
    const refused = await doctor({ SITE_PASSWORD: 'wrong' })
    expect(refused.of('config')).toMatchObject([{ state: 'good' }])
    expect([refused.code, refused.of('site')]).toEqual([
      1,
      [expect.objectContaining({ state: 'problem', found: expect.stringContaining('401') })],
    ])
    const SITE_PASSWORD = String(settings.password)
    const well = await doctor({ SITE_PASSWORD })
    expect([well.code, well.of('site')]).toEqual([0, [expect.objectContaining({ state: 'good' })]])
    aheadMs = 3_600_000
    const ahead = await doctor({ SITE_PASSWORD })
    expect([ahead.code, ahead.of("site: the tool's clock")]).toEqual([
      1,
      [expect.objectContaining({ state: 'problem', found: expect.stringMatching(/^3[56]\d\d s ahead$/) })],
    ])
  })
})
