import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { SandboxFactory } from '../../core/contract/sandbox.ts'
import { sandboxSeed } from '../../core/host/sandbox-seed.ts'
import { type OpenSandbox, openSandbox, type SandboxOptions } from '../../core/host/sandbox-server.ts'
import { sandbox as letterbox } from '../support/letterbox/sandbox.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-'))
})
afterAll(() => rm(folder, { recursive: true }))

let opened: OpenSandbox[] = []
afterEach(async () => {
  await Promise.all(opened.map((tool) => tool.close()))
  opened = []
})
const open = async (options: Partial<SandboxOptions> = {}): Promise<OpenSandbox> => {
  const tool = await openSandbox({ factory: letterbox, stateFile: null, now: () => 0, ...options })
  opened.push(tool)
  return tool
}
const post = (url: string, body: unknown) => fetch(url, { method: 'POST', body: JSON.stringify(body) })
const ada = { email: 'ada@example.test', firstName: 'Ada', fields: { note: '<b>Hi</b>' }, memberships: ['tag/VIP'] }
const seed = sandboxSeed.parse({ contacts: [ada] })

describe('the sandbox server', () => {
  it("speaks the tool's own HTTP on this machine alone", async () => {
    const { url } = await open()
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const headers = { authorization: 'Bearer letterbox-key-good' }
    expect((await fetch(`${url}/account`)).status).toBe(401)
    expect(await (await fetch(`${url}/account`, { headers })).json()).toMatchObject({ id: 'acc-1' })
  })

  it.each([
    ['JSON', '{"a":[1]}', 'application/json', { a: [1] }],
    ['a form', 'a=1&b=2', 'application/x-www-form-urlencoded', 'a=1&b=2'],
    ['text', 'hello', 'text/plain', 'hello'],
    ['nothing', undefined, 'text/plain', undefined],
  ])('hands the sandbox %s', async (_, body, type, expected) => {
    const seen: unknown[] = []
    const factory: SandboxFactory = (options) => ({
      ...letterbox(options),
      handle: (request) => {
        seen.push([request.method, request.path, request.headers['content-type'], request.body])
        return { status: 202, headers: { 'x-own': '1' }, json: null }
      },
    })
    const { url } = await open({ factory })
    const response = await fetch(`${url}/x?y=1`, {
      method: 'POST',
      headers: { 'Content-Type': type },
      body: body ?? null,
    })
    expect([response.status, response.headers.get('x-own'), await response.text()]).toEqual([202, '1', 'null'])
    expect(seen).toEqual([['POST', '/x?y=1', type, expected]])
  })

  it('refuses more than ten megabytes', async () => {
    const { url } = await open()
    const response = await post(`${url}/contacts`, 'x'.repeat(11 * 1024 * 1024))
    expect(response.status).toBe(413)
  })

  it('answers for a sandbox that breaks', async () => {
    const factory: SandboxFactory = (options) => ({
      ...letterbox(options),
      handle: () => {
        throw new Error('a hole in the box')
      },
    })
    const { url } = await open({ factory })
    const response = await fetch(`${url}/account`)
    expect([response.status, await response.text()]).toEqual([500, expect.stringContaining('a hole in the box')])
  })

  it('lets a person look in, and see that it is a sandbox', async () => {
    const { url } = await open({ seed })
    const page = await fetch(`${url}/__sandbox`)
    expect(page.headers.get('content-type')).toContain('text/html')
    const text = await page.text()
    expect(text).toContain('Sandbox')
    expect(text).toContain('note: &lt;b&gt;Hi&lt;/b&gt;')
    expect(text).toContain('/__sandbox/page?email=ada%40example.test')
    expect(await (await fetch(`${url}/__sandbox/contacts`)).json()).toMatchObject([
      { email: ada.email, memberships: ['tag/VIP'] },
    ])
    const shown = await fetch(`${url}/__sandbox/page?email=ada%40example.test`)
    expect(await shown.text()).toContain('Letterbox')
    expect(shown.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  it('lets a person edit contacts in the tool', async () => {
    const { url, sandbox } = await open()
    expect((await post(`${url}/__sandbox/contacts`, [ada])).status).toBe(204)
    expect(sandbox.contacts()).toMatchObject([{ email: ada.email }])
    const refused = await post(`${url}/__sandbox/contacts`, [{ email: 7 }])
    expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining('email')])
  })

  it('lets a person order where the tool sells', async () => {
    const orders: unknown[] = []
    const order = { email: ada.email, code: 'O1', at: '2026-01-01T00:00:00Z', lines: [] }
    const mail = await open()
    expect((await post(`${mail.url}/__sandbox/order`, order)).status).toBe(404)
    const shop = await open({
      factory: (options) => ({ ...letterbox(options), order: (placed) => void orders.push(placed) }),
    })
    expect((await post(`${shop.url}/__sandbox/order`, order)).status).toBe(204)
    expect((await post(`${shop.url}/__sandbox/order`, { ...order, at: 'today' })).status).toBe(422)
    expect(orders).toEqual([order])
  })

  it('knows no other ways in', async () => {
    const { url } = await open()
    expect((await post(`${url}/__sandbox/page`, {})).status).toBe(404)
    expect((await fetch(`${url}/__sandbox/other`)).status).toBe(404)
  })

  it('meets mishaps that a test wants', async () => {
    const mishaps = ['reset', 'truncate', { status: 429, headers: { 'retry-after': '7' }, json: {} }, null] as const
    let next = 0
    const { url } = await open({ seed, intercept: () => mishaps[next++] ?? null })
    const ask = () => fetch(`${url}/__sandbox/contacts`)
    await expect(ask()).rejects.toThrow()
    const half = await (await ask()).text()
    const throttled = await ask()
    expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([429, '7'])
    const whole = await (await ask()).text()
    expect(whole.startsWith(half) && half.length < whole.length).toBe(true)
  })

  it.each([
    ['all of it', { does: 'all', gives: { status: 500 } }, [500, 2]],
    ['all of it', { does: 'all', gives: 'reset' }, ['cut off', 2]],
    ['half of a batch', { does: 'half', gives: 'answer' }, [200, 1]],
    ['half of a batch', { does: 'half', gives: { status: 502 } }, [502, 1]],
    ['nothing', { status: 503 }, [503, 0]],
  ] as const)('does %s before a mishap (%j)', async (_, met, expected) => {
    const { url, sandbox } = await open({ intercept: () => met })
    const contacts = ['ada', 'bob'].map((name) => ({
      ref: name,
      email: `${name}@x.test`,
      create: true,
      fields: {},
      join: [],
      leave: [],
    }))
    const headers = { authorization: 'Bearer letterbox-key-good' }
    const asked = fetch(`${url}/contacts`, { method: 'POST', headers, body: JSON.stringify({ contacts }) })
    const status = await asked.then(
      (answer) => answer.status,
      () => 'cut off',
    )
    expect([status, sandbox.contacts().length]).toEqual(expected)
  })

  it('closes although somebody still waits', async () => {
    let arrive = () => {}
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve
    })
    const hang = () => {
      arrive()
      return 'hang' as const
    }
    const { url, close } = await openSandbox({ factory: letterbox, stateFile: null, now: () => 0, intercept: hang })
    const waiting = fetch(url).catch(() => 'hung up')
    await arrived
    await close()
    expect(await waiting).toBe('hung up')
  })
})

describe("the sandbox's state", () => {
  it('is kept in its file over a restart, and the seed is not sown again', async () => {
    const stateFile = join(folder, 'deep', 'letterbox.json')
    const first = await openSandbox({ factory: letterbox, stateFile, now: () => 0, seed })
    await post(`${first.url}/__sandbox/contacts`, [{ email: 'bob@example.test' }])
    await first.close()
    const second = await open({ stateFile, seed: sandboxSeed.parse({ contacts: [{ email: 'carol@example.test' }] }) })
    expect(second.sandbox.contacts().map(({ email }) => email)).toEqual([ada.email, 'bob@example.test'])
    expect(await readdir(join(folder, 'deep'))).toEqual(['letterbox.json'])
    expect(JSON.parse(await readFile(stateFile, 'utf8'))).toEqual(second.sandbox.state())
  })

  it.each(['{"rev', '{"revision":"one"}'])('is refused when the file holds %s, with what to do', async (text) => {
    const stateFile = join(folder, 'broken.json')
    await writeFile(stateFile, text)
    const opening = openSandbox({ factory: letterbox, stateFile, now: () => 0 })
    await expect(opening).rejects.toThrow(/broken\.json: it does not fit; delete the file to start afresh/)
  })
})
