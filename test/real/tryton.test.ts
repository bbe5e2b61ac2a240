import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Change, Contact } from '../../core/contract/change.ts'
import type { SourceRecord } from '../../core/contract/record.ts'
import { contextFor } from '../../core/host/context.ts'
import { guardFor } from '../../core/host/guard.ts'
import type { Mode } from '../../core/host/http.ts'
import { loginFor } from '../../core/host/login.ts'
import { unpaced } from '../../core/host/pace.ts'
import { transportThrough } from '../../core/host/transport.ts'
import tryton from '../../plugins/tryton/index.ts'
import { required } from '../conformance/check.ts'
import { baseUrl, needsTryton, password } from './tryton-server.ts'

const { signal } = new AbortController()
const transport = transportThrough(guardFor({ loopback: true }))
const login = loginFor(Date.now)
const context = (mode: Mode, settings: object = {}) =>
  contextFor({
    connector: tryton,
    settings: { baseUrl, user: 'admin', password, ...settings },
    mode,
    transport,
    pace: unpaced,
    ...('password' in settings ? {} : { login }),
    log: () => {},
    signal,
    now: Date.now,
  })
/** What a person does in Tryton itself. */
const rpc = async (method: string, params: readonly unknown[]) => {
  const json = { id: 1, method, params }
  return (await context('write').http({ method: 'POST', path: '/', json, reply: z.looseObject({}) })).body.result
}

const run = randomUUID().slice(0, 8)
const contactOf = (name: string, remoteId?: string): Contact => ({
  id: name,
  key: { type: 'email', value: `${name}_${run}@example.test` },
  remoteId,
})
const changeOf = (name: string, step: Partial<Change>): Change => ({
  contact: contactOf(name),
  create: false,
  fields: {},
  join: [],
  leave: [],
  ...step,
})
const push = async (...changes: readonly Change[]) => {
  const receipts = await required(tryton.push)(context('write'), changes)
  return Object.fromEntries(receipts.map((receipt) => [receipt.contact, receipt]))
}
const category = { kind: 'category', name: `Headphone fans ${run}` }
const wanted = { fields: ['name', 'lang', 'other', 'phone', 'website'], memberships: [category] }
const read = async (...names: readonly string[]) =>
  required(tryton.read)(
    context('read'),
    names.map((name) => contactOf(name)),
    wanted,
  )
const pull = async (cursor: string | null) => {
  const records: SourceRecord[] = []
  let reached = cursor
  for await (const page of required(tryton.pull)(context('read'), cursor)) {
    records.push(...page.records)
    reached = page.cursor
  }
  return { records, cursor: reached }
}
const about = (records: readonly SourceRecord[], name: string) =>
  records.filter(({ identifiers }) => identifiers.some(({ value }) => value === contactOf(name).key.value))

describe.skipIf(needsTryton !== '')(`Tryton itself${needsTryton}`, { timeout: 60_000 }, () => {
  it('check: names the database, and fails as auth with a wrong password', async () => {
    const first = await tryton.check(context('read'))
    expect(first.account).toContain('Database ')
    expect(await tryton.check(context('read'))).toEqual(first)
    await expect(tryton.check(context('read', { password: 'wrong' }))).rejects.toMatchObject({ kind: 'auth' })
  })

  it('login: a session that has ended is renewed', async () => {
    const ended = { headers: { authorization: 'Session YWRtaW46MTpkZWFkYmVlZg==' }, expiresAt: null }
    const stale = loginFor(Date.now)
    await stale.grant(async () => ended)
    const ctx = contextFor({
      connector: tryton,
      settings: { baseUrl, user: 'admin', password },
      mode: 'read',
      transport,
      pace: unpaced,
      login: stale,
      log: () => {},
      signal,
      now: Date.now,
    })
    expect((await tryton.check(ctx)).account).toContain('Database ')
  })

  it('fields: lists what a party has, and says what may be written', async () => {
    const fields = await required(tryton.fields)(context('read'))
    const writable = fields.filter((field) => field.writable).map(({ name }) => name)
    expect(writable).toEqual(expect.arrayContaining(['name', 'lang', 'phone', 'mobile', 'website', 'other']))
    expect(writable).not.toContain('email')
  })

  it('setup: creates categories, once', async () => {
    const needs = { fields: [], memberships: [category] }
    const line = `category ${category.name}`
    const setUp = () => required(tryton.setup)(context('setup'), needs)
    expect(await setUp()).toEqual({ created: [line], present: [], manual: [] })
    expect(await setUp()).toEqual({ created: [], present: [line], manual: [] })
  })

  it('push: creates, skips and rejects side by side, and read gives it back', async () => {
    const receipts = await push(
      changeOf('ada', {
        create: true,
        fields: { name: 'Ada', other: 'Grüße 🎧 <b>', website: 'https://shop.example/?a=1', lang: 'en' },
        join: [category],
      }),
      changeOf('stranger', { fields: { other: 'x' } }),
      changeOf('lines', { create: true, fields: { other: 'one\ntwo' } }),
      changeOf('klingon', { create: true, fields: { lang: 'tlh' } }),
      changeOf('bob', { create: true, fields: { other: 'x' } }),
    )
    expect(receipts).toMatchObject({
      ada: { status: 'applied' },
      stranger: { status: 'skipped' },
      lines: { status: 'rejected' },
      klingon: { status: 'rejected', field: 'lang' },
      bob: { status: 'applied' },
    })
    const held = await read('ada', 'bob', 'lines', 'stranger')
    const fields = { name: 'Ada', lang: 'en', other: 'Grüße 🎧 <b>', phone: null, website: 'https://shop.example/?a=1' }
    expect(held.get('ada')).toMatchObject({ fields, memberships: [category] })
    expect(held.get('bob')).toMatchObject({ fields: { name: null, other: 'x' }, memberships: [] })
    expect([held.get('lines'), held.get('stranger')]).toEqual([null, null])
  })

  it('push: alters, empties, leaves, and writes nothing that is so already', async () => {
    const step = { fields: { other: null, phone: '030 1234', name: null, lang: null }, leave: [category] }
    expect((await push(changeOf('ada', step)).then(({ ada }) => ada))?.status).toBe('applied')
    const fields = { name: null, lang: null, other: null, phone: '030 1234', website: 'https://shop.example/?a=1' }
    expect((await read('ada')).get('ada')).toMatchObject({ fields, memberships: [] })
    expect((await push(changeOf('ada', step))).ada?.status).toBe('unchanged')
  })

  it('push: finds a party in other letters, and no other that merely looks like it', async () => {
    await rpc('model.party.party.create', [
      [{ name: 'X', contact_mechanisms: [['create', [{ type: 'email', value: `adaX${run}@example.test` }]]] }],
      {},
    ])
    const loud = { ...contactOf('ada'), key: { type: 'email', value: contactOf('ada').key.value.toUpperCase() } }
    const found = await required(tryton.read)(context('read'), [loud], wanted)
    expect(found.get('ada')?.remoteId).toBe((await read('ada')).get('ada')?.remoteId)
  })

  it('pull: gives each party once, and again once it is altered', async () => {
    const before = await pull(null)
    expect([about(before.records, 'ada').length, about(before.records, 'bob').length]).toEqual([1, 1])
    expect(about((await pull(before.cursor)).records, 'bob')).toEqual([])
    const times = before.records.map(({ at }) => at)
    expect(times).toEqual([...times].sort())
    await push(changeOf('bob', { fields: { other: 'one' } }))
    const one = await pull(before.cursor)
    await push(changeOf('bob', { fields: { other: 'two' } }))
    const two = await pull(one.cursor)
    const told = [one, two].map(({ records }) =>
      about(records, 'bob').map((record) => record.kind === 'contact' && record.fields.other),
    )
    expect(told).toEqual([['one'], ['two']])
  })

  it('erase: nothing of the person is left, and nobody else goes', async () => {
    const id = Number((await read('ada')).get('ada')?.remoteId)
    const erase = () => required(tryton.erase)(context('write'), [contactOf('ada', String(id)), contactOf('stranger')])
    expect((await erase()).map(({ status }) => status)).toEqual(['applied', 'unchanged'])
    expect([(await read('ada')).get('ada'), (await read('bob')).get('bob')?.fields.other]).toEqual([null, 'two'])
    const all = { active_test: false }
    const parties = await rpc('model.party.party.search_read', [[['id', '=', id]], 0, 1, null, ['name'], all])
    const fields = ['value']
    const mechanisms = await rpc('model.party.contact_mechanism.search_read', [
      [['party', '=', id]],
      0,
      null,
      null,
      fields,
      all,
    ])
    expect(JSON.stringify([parties, mechanisms])).not.toMatch(/ada|shop\.example|030 1234/i)
    expect(about((await pull(null)).records, 'ada')).toEqual([])
  })
})
