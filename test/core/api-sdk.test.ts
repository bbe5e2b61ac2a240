import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildClient } from '../support/built-client.ts'
import { type ServedHub, servedHub } from '../support/served.ts'

let hub: ServedHub
beforeAll(async () => {
  buildClient()
  hub = await servedHub()
})
afterAll(() => hub.stop())

const path = '/sdk/leitstern.js'

describe('the browser client', () => {
  it('is a script that any page may load, without a key', async () => {
    const { status, headers, text } = await hub.ask(path, { headers: { origin: 'https://anywhere.example' } })
    expect([status, headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8'])
    expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin')
    expect(headers.get('access-control-allow-origin')).toBe('*')
    expect(() => new Function(text)).not.toThrow()
  })

  it('is kept by whoever loads it, and not sent again to who has it', async () => {
    const { headers } = await hub.ask(path)
    expect(headers.get('cache-control')).toBe('public, max-age=3600')
    const again = await hub.ask(path, { headers: { 'if-none-match': headers.get('etag') ?? '' } })
    expect([again.status, again.text]).toEqual([304, ''])
  })

  it('is smaller than 6 kB on its way', async () => {
    expect(gzipSync((await hub.ask(path)).text).length).toBeLessThan(6_000)
  })

  it('answers to GET and HEAD only', async () => {
    expect((await hub.ask(path, { method: 'HEAD' })).status).toBe(200)
    expect((await hub.ask(path, { method: 'POST' })).status).toBe(405)
  })
})
