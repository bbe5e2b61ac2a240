import { describe, expect, it } from 'vitest'
import type { Asked } from '../support/ask.ts'
import { adaId } from '../support/operations.ts'
import { servedHub } from '../support/served.ts'

const canary = 'canary-4711'
const failing = async (): Promise<never> => {
  throw new Error(`reading ${canary}@example.test`, { cause: canary })
}
const key = 'key-all'
const secret = `key-${canary}`

/** Requests that carry the canary wherever a person may stand. */
const requests: readonly (readonly [string, Asked])[] = [
  [`/v1/profiles?identifier=email:${canary}`, { key }],
  [`/v1/profiles/${canary}`, { key }],
  [`/v1/profiles/${canary}/timeline?cursor=${canary}`, { key }],
  [`/v1/profiles/${adaId}/explain?slot=${canary}`, { key }],
  ['/v1/track', { key, json: { userId: canary, properties: { email: canary } } }],
  ['/v1/batch', { key, json: { batch: canary } }],
  ['/v1/batch', { key, raw: canary }],
  ['/v1/decide', { key, json: { profile: { email: canary } } }],
  ['/v1/decide', { key, json: { profile: { email: { [canary]: 1 } } } }],
  [`/v1/hooks/${canary}`, { raw: canary, headers: { 'x-note': canary } }],
  [`/v1/connectors/${canary}`, { key }],
  [`/${canary}`, { key }],
  [`/v1/profiles/%E0%A4%A${canary}`, { key }],
  ['/v1/profiles', { key: secret }],
  ['/v1/track', { json: { writeKey: secret } }],
  ['/v1/reports/phases', { key, headers: { 'user-agent': canary, referer: canary } }],
]

describe('the log', () => {
  it('has one line for each request, and no trace of a person in any', async () => {
    const hub = await servedHub({ ingest: failing, decide: failing, profile: failing, phases: failing })
    for (const [path, asked] of requests) await hub.ask(path, asked)
    await hub.stop()
    expect(hub.logs.filter((line) => 'status' in line)).toHaveLength(requests.length)
    expect(hub.logs.filter((line) => 'frames' in line).length).toBeGreaterThan(0)
    expect(JSON.stringify(hub.logs)).not.toContain(canary)
  })

  it("a line holds method, the route's pattern, status, duration and the key's name", async () => {
    const hub = await servedHub()
    await hub.ask(`/v1/profiles/${adaId}`, { key: 'key-read' })
    await hub.ask('/nowhere')
    await hub.ask('/v1/stream')
    await hub.stop()
    const line = { message: 'request', method: 'GET', ms: 0 }
    expect(hub.logs).toEqual([
      { ...line, route: '/v1/profiles/:id', status: 200, key: 'name-read' },
      { ...line, route: null, status: 404, key: null },
      { ...line, route: '/v1/stream', status: 501, key: null },
    ])
  })

  it('an inner error is logged with its kind and place, for the one who must act', async () => {
    const hub = await servedHub({ metrics: failing })
    await hub.ask('/metrics')
    await hub.stop()
    expect(hub.logs[0]).toMatchObject({ message: 'request failed', route: '/metrics', error: 'Error' })
    expect(JSON.stringify(hub.logs[0])).toContain('api-log.test.ts')
  })
})
