import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineConnector, type Grant, secret } from '../../core/contract/connector.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import { contextFor } from '../../core/host/context.ts'
import { loginFor } from '../../core/host/login.ts'
import { unpaced } from '../../core/host/pace.ts'
import type { Answer, Outgoing } from '../../core/host/transport.ts'

const tokenReply = z.object({ token: z.string(), seconds: z.number() })
const connector = defineConnector({
  id: 'tool',
  title: 'Tool',
  summary: 'A tool.',
  docs: 'https://tool.example',
  channel: 'crm',
  settings: z.strictObject({ key: secret('Key') }),
  keys: ['email'],
  memberships: {},
  defaults: {},
  limits: { batch: 1, concurrency: 1, perSecond: 1, timeoutMs: 1000 },
  ways: {},
  permissions: [],
  proven: [{ by: 'sandbox', what: 'the tool of this test', on: '2026-11-22' }],
  reads: [
    { method: 'GET', path: '/**' },
    { method: 'POST', path: '/token' },
  ],
  connect: () => ({ baseUrl: 'https://tool.example', headers: {} }),
  async authorize({ http, settings, now }) {
    const form = { key: settings.key }
    const { body } = await http({ method: 'POST', path: '/token', form, reply: tokenReply })
    return { headers: { authorization: `Bearer ${body.token}` }, expiresAt: now() + body.seconds * 1000 }
  },
  check: async () => ({ account: '', epoch: '' }),
})

/** A tool that gives out tokens `t1`, `t2` …, and takes only the newest. */
const scene = ({
  seconds = 3600,
  ...overrides
}: Pick<typeof connector, 'authorize'> & { readonly seconds?: number } = {}) => {
  const clock = { now: 0 }
  const asked: Outgoing[] = []
  const logged: string[] = []
  let issued = 0
  let refuses = false
  const answer = (status: number, json: unknown): Answer => ({ status, headers: {}, text: JSON.stringify(json) })
  const transport = async (request: Outgoing): Promise<Answer> => {
    asked.push(request)
    if (request.path === '/token') {
      issued += 1
      return answer(200, { token: `t${issued}-granted`, seconds })
    }
    const good = !refuses && request.headers.authorization === `Bearer t${issued}-granted`
    return good ? answer(200, {}) : answer(401, { said: request.headers.authorization })
  }
  const login = loginFor(() => clock.now)
  const context = (mode: 'read' | 'write' | 'setup' = 'read') =>
    contextFor({
      connector: { ...connector, ...overrides },
      settings: { key: 'hunter2' },
      mode,
      transport,
      pace: unpaced,
      login,
      log: (message, fields) => void logged.push(JSON.stringify([message, fields])),
      signal: new AbortController().signal,
      now: () => clock.now,
    })
  return {
    clock,
    logged,
    context,
    paths: () => asked.map(({ path }) => path),
    /** What it gave counts no more. */
    revoke: () => {
      issued += 1
    },
    refuseAll: () => {
      refuses = true
    },
  }
}
const get = { method: 'GET', path: '/contacts', reply: z.unknown() } as const
const post = { ...get, method: 'POST' } as const
const failure = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (error instanceof ConnectorError ? error : null),
  )

describe('a tool that wants a login', () => {
  it('is asked for a grant once, by all contexts and by calls at the same time', async () => {
    const { context, paths } = scene()
    await Promise.all([context('read').http(get), context('write').http(post), context('setup').http(get)])
    await context().http(get)
    expect(paths().filter((path) => path === '/token')).toHaveLength(1)
    expect(paths()).toHaveLength(5)
  })

  it('is asked again shortly before the grant runs out', async () => {
    const { context, paths, clock } = scene({ seconds: 100 })
    await context().http(get)
    clock.now = 69_000
    await context().http(get)
    expect(paths()).toEqual(['/token', '/contacts', '/contacts'])
    clock.now = 71_000
    await context().http(get)
    expect(paths().slice(3)).toEqual(['/token', '/contacts'])
  })

  it('gets a refused call once more with another grant', async () => {
    const { context, paths, revoke } = scene()
    await context('write').http(post)
    revoke()
    await context('write').http(post)
    expect(paths()).toEqual(['/token', '/contacts', '/contacts', '/token', '/contacts'])
  })

  it('gets it no third time', async () => {
    const { context, paths, refuseAll } = scene()
    refuseAll()
    const error = await failure(context().http(get))
    expect(error?.kind).toBe('auth')
    expect(paths()).toEqual(['/token', '/contacts', '/token', '/contacts'])
  })

  it('renews one grant once for all who find it refused', async () => {
    const { context, paths, revoke } = scene()
    await context().http(get)
    revoke()
    await Promise.all([context().http(get), context().http(get), context().http(get)])
    expect(paths().filter((path) => path === '/token')).toHaveLength(2)
  })

  it('is asked anew after a login that failed before it was awaited', async () => {
    let fails = true
    const authorize = (): Promise<Grant> => {
      if (fails) throw new ConnectorError('config', 'logging in: a setting is missing')
      return Promise.resolve({ headers: { authorization: 'Bearer t0-granted' }, expiresAt: null })
    }
    const { context } = scene({ authorize })
    expect((await failure(context().http(get)))?.kind).toBe('config')
    fails = false
    await context().http(get)
  })

  it('is asked anew after a login that failed', async () => {
    let fails = true
    const authorize = async (): Promise<Grant> => {
      if (fails) throw new ConnectorError('auth', 'logging in: refused')
      return { headers: { authorization: 'Bearer t0-granted' }, expiresAt: null }
    }
    const { context, paths } = scene({ authorize })
    expect((await failure(context().http(get)))?.message).toBe('logging in: refused')
    expect(paths()).toEqual([])
    fails = false
    await context().http(get)
    expect(paths()).toEqual(['/contacts'])
  })

  it('is not written to while logging in, whatever the phase', async () => {
    const authorize: (typeof connector)['authorize'] = async ({ http }) => {
      await http({ method: 'POST', path: '/contacts', reply: z.unknown() })
      return { headers: {}, expiresAt: null }
    }
    const { context, paths } = scene({ authorize })
    expect((await failure(context('write').http(post)))?.kind).toBe('refused')
    expect(paths()).toEqual([])
  })

  it('never has its grants quoted', async () => {
    const { context, logged, refuseAll } = scene()
    await context().http(get)
    refuseAll()
    const error = await failure(context().http(get))
    expect(error?.message).toContain('[secret]')
    expect(error?.message).not.toMatch(/t\d-granted/)
    context().log('with t1-granted and t2-granted', { header: 'Bearer t2-granted' })
    expect(logged).toEqual([JSON.stringify(['with [secret] and [secret]', { header: '[secret]' }])])
  })
})
