import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ServedHub, servedHub } from '../support/served.ts'

let hub: ServedHub
beforeAll(async () => {
  hub = await servedHub()
})
afterAll(() => hub.stop())

const paths = ['/docs', '/docs/begin.js', '/docs/swagger-ui.css', '/docs/swagger-ui-bundle.js']
const textOf = async (path: string) => (await fetch(`${hub.url}${path}`)).text()
/** Answers a path as it was written: `fetch` would resolve its dots first. */
const raw = (path: string) =>
  new Promise<string>((resolve, reject) => {
    const { port, hostname } = new URL(hub.url)
    const socket = connect(Number(port), hostname, () =>
      socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`),
    )
    let said = ''
    socket.on('data', (data) => {
      said += String(data)
    })
    socket.on('end', () => resolve(said)).on('error', reject)
  })

describe('the page of the documentation', () => {
  it.each([
    ['/docs', 'text/html; charset=utf-8'],
    ['/docs/begin.js', 'text/javascript; charset=utf-8'],
    ['/docs/swagger-ui.css', 'text/css; charset=utf-8'],
    ['/docs/swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ])('%s is served without a key, under a policy that knows this origin only', async (path, type) => {
    const { status, headers } = await fetch(`${hub.url}${path}`)
    expect([status, headers.get('content-type')]).toEqual([200, type])
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).toContain("connect-src 'self'")
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('names nothing but what this hub serves, and each of it is there', async () => {
    const page = await textOf('/docs')
    const named = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address = '']) => address)
    expect(named.filter((address) => address !== 'data:,').sort()).toEqual(
      [...paths.filter((path) => path !== '/docs'), '/openapi.json'].sort(),
    )
    for (const address of named.filter((one) => one.startsWith('/')))
      expect((await fetch(`${hub.url}${address}`)).status).toBe(200)
    for (const text of [page, await textOf('/docs/begin.js')]) expect(text).not.toMatch(/\w+:\/\/|["']\/\//)
  })

  it('shows the description of this hub, and asks no validator of a vendor', async () => {
    const begin = await textOf('/docs/begin.js')
    expect(begin).toContain("url: '/openapi.json'")
    expect(begin).toContain('validatorUrl: null')
  })

  it('its style sheet loads nothing', async () => {
    const css = await textOf('/docs/swagger-ui.css')
    expect(css.length).toBeGreaterThan(100_000)
    expect(css).not.toContain('@import')
    for (const [, address = ''] of css.matchAll(/url\(["']?([^"')]{0,20})/g)) expect(address).toMatch(/^(data:|#)/)
  })

  it('nothing that is served reports to a vendor', async () => {
    for (const path of paths) expect(await textOf(path)).not.toMatch(/scarf/i)
  })

  it.each([
    '/docs/index.html',
    '/docs/package.json',
    '/docs/swagger-initializer.js',
    '/docs/swagger-ui-bundle.js.map',
    '/docs/../package.json',
    '/docs/%2e%2e/package.json',
    '/docs/..%2f..%2fpackage.json',
    '/docs/swagger-ui.css/../package.json',
    '/docs/../../@scarf/scarf/report.js',
  ])('%s is not served', async (path) => {
    expect(await raw(path)).toMatch(/^HTTP\/1\.1 404 /)
  })

  it('answers to GET and HEAD only', async () => {
    expect((await fetch(`${hub.url}/docs`, { method: 'HEAD' })).status).toBe(200)
    const { status, headers } = await hub.ask('/docs', { method: 'POST' })
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })
})
