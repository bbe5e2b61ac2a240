import { describe, expect, it } from 'vitest'
import type { FieldValue } from '../../core/contract/value.ts'
import { changeOf, pushOne, readBack } from '../conformance/delivery.ts'
import { atWorkbench, person } from '../conformance/workbench.ts'
import { subjectOf } from '../contracts/exercise.ts'

const subject = await subjectOf('onesignal')
const ada = 'ada@example.test'
const at = (work: Parameters<typeof atWorkbench>[1]) => atWorkbench(subject, work)

describe('writing tags', () => {
  it('that were taken on, but are not shown yet, is tried again', () =>
    at(async (bench) => {
      bench.sandbox.seed([person(ada, { offer: 'before' })])
      bench.breakBy(({ method }) =>
        method === 'PATCH' ? { status: 202, json: { properties: { tags: { offer: 'after' } } } } : null,
      )
      expect(await pushOne(bench, ada, { fields: { offer: 'after' } })).toMatchObject({
        status: 'retry',
        afterMs: expect.any(Number),
        reason: expect.stringContaining('offer'),
      })
    }))

  it('leaves the tags of others alone, and removes one by an empty text', () =>
    at(async (bench) => {
      bench.sandbox.seed([person(ada, { offer: 'x', theirs: 'stays' })])
      await pushOne(bench, ada, { fields: { offer: null } })
      expect(bench.requests.find(({ method }) => method === 'PATCH')?.body).toEqual({
        properties: { tags: { offer: '' } },
      })
      expect(bench.seen(ada)?.fields).toEqual({ theirs: 'stays' })
    }))

  const refused: readonly (readonly [string, string, FieldValue])[] = [
    ['a name that OneSignal keeps for itself', 'journey', 'x'],
    ['a number in a tag of text', 'score', 7],
    ['a text in a tag of numbers', 'ls_number', 'seven'],
    ['a truth value in a tag of text', 'vip', true],
  ]
  it.each(refused)('refuses %s', (_, field, value) =>
    at(async (bench) => {
      bench.sandbox.seed([person(ada)])
      expect(await pushOne(bench, ada, { fields: { [field]: value } })).toMatchObject({ status: 'rejected', field })
      expect(bench.requests).toEqual([])
    }),
  )

  it('keeps the types of those that the settings name', () =>
    at(async (bench) => {
      bench.sandbox.seed([person(ada)])
      const fields = { ls_number: 12.5, ls_flag: false, plain: '00123' }
      expect(await pushOne(bench, ada, { fields })).toMatchObject({ status: 'applied' })
      const held = await readBack(bench, [ada], { fields: Object.keys(fields), memberships: [] })
      expect(held.get(ada)?.fields).toEqual(fields)
    }))
})

describe('finding a user', () => {
  const keys = [
    { type: 'email', value: 'Ada@Example.Test', path: '/users/by/mail/ada%40example.test' },
    { type: 'userId', value: 'U-7', path: '/users/by/external_id/U-7' },
  ]
  it.each(keys)('by $type asks for $path', ({ type, value, path }) =>
    at(async (bench) => {
      const { connector, context, sandbox, url, requests } = bench
      const settings = { ...sandbox.settings(url), emailAlias: 'mail' }
      const change = {
        ...changeOf(connector, ada, { fields: { a: 'x' } }),
        contact: { id: 'c1', key: { type, value } },
      }
      expect(await connector.push?.(context('write', { settings }), [change])).toMatchObject([{ status: 'skipped' }])
      expect(requests.map((request) => request.path)).toEqual([expect.stringContaining(path)])
    }),
  )
})

describe('observed rules', () => {
  it('are segments, and journeys where the app has them', () =>
    at(async (bench) => {
      const observe = () => bench.connector.observedRules?.(bench.context('read'))
      const journey = { id: 'J1', name: 'Welcome', state: 'active', audience: { kind: 'segment' } }
      const pages = [
        { journeys: [journey], has_more: true, next_cursor: 'more' },
        { journeys: [{ ...journey, id: 'J2', state: 'draft' }], has_more: false },
      ]
      bench.breakBy(({ path }) =>
        path.includes('/journeys') ? { status: 200, json: pages[path.includes('cursor=more') ? 1 : 0] } : null,
      )
      expect(await observe()).toMatchObject([
        { kind: 'segment', name: 'Total Subscriptions', active: true },
        { id: 'journey:J1', kind: 'journey', active: true, audience: 'segment' },
        { id: 'journey:J2', active: false },
      ])
      bench.breakBy(({ path }) => (path.includes('/journeys') ? { status: 403, json: { errors: ['no'] } } : null))
      expect(await observe()).toMatchObject([{ kind: 'segment' }])
    }))
})
