import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Component } from '../../core/profile/component.ts'
import { openSqlite } from '../../core/store/sqlite.ts'

const folder = mkdtempSync(join(tmpdir(), 'leitstern-'))
afterAll(() => rmSync(folder, { recursive: true }))

const component: Component = {
  id: 'a',
  nodes: [{ id: 'a', type: 'userId', value: 'u', firstAt: 0 }],
  edges: [],
  claims: [],
  events: [],
  consents: [],
}
const message = {
  source: 'web',
  id: 'm',
  hash: 'h',
  kind: 'track',
  event: 'E',
  at: 1,
  sentAt: null,
  receivedAt: 2,
  flag: null,
  body: '{}',
} as const

describe('the embedded store', () => {
  it('belongs to one process: a second one is told so', async () => {
    const path = join(folder, 'one.db')
    const store = openSqlite(path)
    expect(() => openSqlite(path)).toThrow(/opening the store .*: another hub works with it/)
    await store.close()
    await openSqlite(path).close()
  })

  it('a change becomes durable as a whole or not at all', async () => {
    const store = openSqlite(':memory:')
    await store.commit({ messages: [message], components: [{ component, version: 0 }] })
    const again = store.commit({ messages: [{ ...message, id: 'm2' }], components: [{ component, version: 7 }] })
    await expect(again).rejects.toThrow(/version 7 was read, another one is stored/)
    expect(await store.countMessages()).toBe(1)
    expect((await store.load(['a'])).versions).toEqual(new Map([['a', 1]]))
    await store.close()
  })

  it('pages lists without a gap or a repeat', async () => {
    const store = openSqlite(':memory:')
    const messages = Array.from({ length: 25 }, (_, n) => ({ ...message, id: `m${10 + n}`, at: Math.floor(n / 4) }))
    const told = messages.map(({ source, id, at }) => ({ node: 'a', at, source, message: id, event: null }))
    await store.commit({ messages, told })
    const seen: string[] = []
    for (let cursor: string | null = null; ; ) {
      const page: { items: readonly { id: string }[]; next: string | null } = await store.messagesOf(['a'], 7, cursor)
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.next
      if (cursor === null) break
    }
    expect(seen).toEqual(messages.map(({ id }) => id).reverse())
    await store.close()
  })

  it('gives out waiting contacts by lane, then by age, and not before their time', async () => {
    const store = openSqlite(':memory:')
    const contact = (node: string, lane: 0 | 1 | 3, dirtyAt: number | null, nextTryAt = 0) => ({
      connector: 'mail',
      node,
      profile: node,
      key: { type: 'email', value: node },
      remoteId: null,
      standing: 'active' as const,
      aim: 'hold' as const,
      answers: {},
      epoch: '',
      desired: null,
      wanted: 'w',
      settled: null,
      held: null,
      tried: null,
      told: false,
      job: null,
      touchedAt: null,
      baseline: null,
      observed: null,
      observedAt: null,
      drifts: {},
      lane,
      dirtyAt,
      attempts: 0,
      nextTryAt,
      dead: null,
    })
    await store.commit({
      contacts: [
        contact('old', 1, 10),
        contact('older', 1, 5),
        contact('consent', 0, 20),
        contact('later', 0, 1, 500),
        contact('rests', 0, null),
        contact('backfill', 3, 1),
      ],
    })
    expect((await store.dirty('mail', 100, 10)).map(({ node }) => node)).toEqual([
      'consent',
      'older',
      'old',
      'backfill',
    ])
    expect((await store.dirty('mail', 500, 2)).map(({ node }) => node)).toEqual(['later', 'consent'])
    expect(await store.nextTry('mail')).toBe(0)
    expect((await store.contactTotals())[0]).toEqual({
      connector: 'mail',
      contacts: 6,
      pending: 5,
      dead: 0,
      contested: 0,
      oldestDirtyAt: 1,
    })
    await store.close()
  })
})
