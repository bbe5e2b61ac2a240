import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { msOf, timeOf } from '../../plugins/tryton/time.ts'
import { required } from '../conformance/check.ts'
import { attempt, changeOf, contactOf, erase, idOf, push, pushOne, readBack } from '../conformance/delivery.ts'
import { person, type Workbench } from '../conformance/workbench.ts'
import { at, pullFrom } from './subject.ts'

const [ada, bob] = ['ada@example.test', 'bob@example.test']
const atTryton = at('tryton')

const party = z.looseObject({
  id: z.number(),
  name: z.string().nullable(),
  active: z.boolean(),
  mechanisms: z.array(z.object({ id: z.number(), type: z.string(), value: z.string().nullable() })),
})
const database = z.looseObject({ parties: z.array(party) })
const held = ({ sandbox }: Workbench) => database.parse(sandbox.state())
const alter = (bench: Workbench, change: (parties: z.output<typeof party>[]) => unknown) => {
  const state = structuredClone(held(bench))
  change(state.parties)
  bench.sandbox.restore(state)
}
const rpcIn = ({ requests }: Workbench) =>
  requests.flatMap(({ body }) => z.object({ method: z.string() }).safeParse(body).data?.method ?? [])
const failing = (name: string, ...rest: unknown[]) => ({ status: 200, json: { id: 1, error: [name, ...rest] } })

it.each([
  ['2026-11-22T06:07:10.898Z', 898_178],
  ['1999-12-31T23:59:59.000Z', 999],
  ['2024-02-29T00:00:00.999Z', 999_999],
])('a time is %s, and what is finer than a millisecond is left out', (iso, microsecond) => {
  expect(timeOf(Date.parse(iso)).year).toBe(Number(iso.slice(0, 4)))
  expect(new Date(msOf({ ...timeOf(Date.parse(iso)), microsecond })).toISOString()).toBe(iso)
})

describe('a party', () => {
  it(
    'is found by its address in any letters, and not by one that merely looks like it',
    atTryton(async (bench) => {
      bench.sandbox.seed(['a_b@example.test', 'axb@example.test', '50%@example.test'].map((email) => person(email)))
      const wanted = { fields: ['name'], memberships: [] }
      const found = await readBack(bench, ['A_B@example.test', 'a%@example.test', '50%@example.test'], wanted)
      const id = held(bench).parties.find(({ mechanisms }) => mechanisms[0]?.value === 'a_b@example.test')?.id
      expect(found.get('A_B@example.test')?.remoteId).toBe(String(id))
      expect([found.get('a%@example.test'), found.get('50%@example.test') === null]).toEqual([null, false])
    }),
  )

  it(
    'is not taken for another that has its number since a restore',
    atTryton(async (bench) => {
      bench.sandbox.seed([person(ada), person(bob)])
      const [first] = held(bench).parties
      const remoteId = String(first?.id)
      alter(bench, (parties) => parties.splice(0, 1, { ...required(parties[1]), id: Number(remoteId) }))
      expect((await pushOne(bench, ada, { remoteId, fields: { other: 'x' } })).status).toBe('skipped')
      expect(bench.seen(bob)?.fields.other).toBeUndefined()
    }),
  )

  it(
    'keeps its second phone: the first is replaced, and not emptied so that the other would take its place',
    atTryton(async (bench) => {
      bench.sandbox.seed([person(ada, { phone: '1' })])
      alter(bench, ([one]) => one?.mechanisms.push({ id: 99, type: 'phone', value: '2' }))
      expect((await pushOne(bench, ada, { fields: { phone: '3' } })).status).toBe('applied')
      expect(await pushOne(bench, ada, { fields: { phone: null } })).toMatchObject({
        status: 'rejected',
        field: 'phone',
        reason: expect.stringContaining('more than one phone'),
      })
      const phones = held(bench).parties[0]?.mechanisms.filter(({ type }) => type === 'phone')
      expect(phones?.map(({ value }) => value)).toEqual(['3', '2'])
    }),
  )

  it.each([
    ['a language that nobody has activated', { lang: 'tlh' }, 'lang', 'does not know this language'],
    ['its own address', { email: 'other@example.test' }, 'email', 'no field email to write to'],
    ['a field of one\u2019s own', { headline: 'x' }, 'headline', 'no field headline to write to'],
  ])('does not take %s', (_, fields, field, reason) =>
    atTryton(async (bench) => {
      bench.sandbox.seed([person(ada)])
      const receipt = await pushOne(bench, ada, { fields })
      expect(receipt).toMatchObject({ status: 'rejected', field, reason: expect.stringContaining(reason) })
      expect(rpcIn(bench)).not.toContain('model.party.party.write')
    })(),
  )

  it(
    'is written with others in one go, and alone where one of them is refused, without what was quoted',
    atTryton(async (bench) => {
      const emails = Array.from({ length: 8 }, (_, index) => `p${index}@example.test`)
      bench.sandbox.seed(emails.map((email) => person(email)))
      const change = (email: string, other: string) =>
        changeOf(bench.connector, email, { fields: { other, lang: 'de' } })
      await push(
        bench,
        emails.map((email) => change(email, 'one')),
      )
      const writes = () => rpcIn(bench).filter((method) => method === 'model.party.party.write').length
      expect(writes()).toBe(1)
      const receipts = await push(
        bench,
        emails.map((email, index) => change(email, index === 5 ? 'a\nsecret' : 'two')),
      )
      expect(writes()).toBe(1 + 7)
      const statuses = emails.map((email) => receipts.get(idOf(email))?.status)
      expect(statuses).toEqual(emails.map((_, index) => (index === 5 ? 'rejected' : 'applied')))
      expect(JSON.stringify(receipts.get(idOf('p5@example.test')))).not.toContain('secret')
    }),
  )

  it.each([
    ['altered by somebody else at the same time is tried again', failing('ConcurrencyException', 'x'), 'transient'],
    ['that makes the server fail is judged alone', failing("'KeyError'", ''), 'invalid'],
  ])('%s', (_, json, kind) =>
    atTryton(async (bench) => {
      bench.sandbox.seed([person(ada)])
      bench.breakBy((request) => (bench.isReading(request) ? null : json))
      const { error } = await attempt(() => pushOne(bench, ada, { fields: { other: 'x' } }))
      expect(error?.kind).toBe(kind)
    })(),
  )
})

describe('pull', () => {
  it(
    'gives parties that were never altered and those that were in one order, however many have one time',
    atTryton(async (bench) => {
      const names = (prefix: string, count: number) =>
        Array.from({ length: count }, (_, index) => person(`${prefix}${index}@example.test`))
      bench.sandbox.seed(names('old', 120))
      bench.clock.now += 60_000
      bench.sandbox.seed(names('old', 40))
      bench.clock.now += 60_000
      bench.sandbox.seed(names('new', 130))
      bench.clock.now += 60_000
      alter(bench, (parties) => {
        for (const one of parties) if (one.written !== null) Object.assign(one, { written: bench.clock.now })
      })
      const { records } = await pullFrom(bench, null)
      expect(new Set(records.map(({ remoteId }) => remoteId)).size).toBe(250)
      expect(records).toHaveLength(250)
      const times = records.map((record) => record.at)
      expect(times).toEqual([...times].sort())
    }),
  )

  it(
    'says nothing of consent, which Tryton does not keep',
    atTryton(async (bench) => {
      bench.sandbox.seed([{ ...person(ada, { phone: '1' }), consent: false }])
      const { records } = await pullFrom(bench, null)
      expect(records).toEqual([
        expect.objectContaining({
          identifiers: [{ type: 'email', value: ada }],
          fields: expect.objectContaining({ name: 'Ada Byron', phone: '1', lang: null }),
        }),
      ])
      expect(records[0]).not.toHaveProperty('consent')
    }),
  )
})

describe('erase', () => {
  it(
    'takes the person out of the party, which orders still lead to',
    atTryton(async (bench) => {
      bench.sandbox.seed([person(ada, { phone: '1' }), person(bob)])
      expect(await erase(bench, [ada])).toEqual(['applied'])
      const [erased] = held(bench).parties.filter(({ active }) => !active)
      expect([erased?.name, erased?.mechanisms.map(({ value }) => value)]).toEqual([null, [null, null]])
      expect(rpcIn(bench)).not.toContain('model.party.party.delete')
    }),
  )

  it(
    'takes from a firm only the address of the one who is erased, and writes nothing of hers to it',
    atTryton(async (bench) => {
      bench.sandbox.seed([person('info@example.test')])
      alter(bench, ([firm]) => firm?.mechanisms.push({ id: 99, type: 'email', value: ada }))
      expect((await pushOne(bench, ada, { fields: { other: 'x' } })).status).toBe('skipped')
      expect(await erase(bench, [ada])).toEqual(['applied'])
      expect(JSON.stringify(bench.sandbox.state())).not.toContain(ada)
      expect(bench.sandbox.contacts().map(({ email }) => email)).toEqual(['info@example.test'])
    }),
  )

  it(
    'reaches who was deactivated before',
    atTryton(async (bench) => {
      bench.sandbox.seed([person(ada)])
      alter(bench, ([one]) => Object.assign(one ?? {}, { active: false }))
      expect(await erase(bench, [ada])).toEqual(['applied'])
      expect(JSON.stringify(bench.sandbox.state())).not.toContain(ada)
    }),
  )

  it(
    'says so while Tryton does not let somebody go yet',
    atTryton(async (bench) => {
      bench.sandbox.seed([person(ada)])
      const refusal = failing('UserError', ['Party "Ada" cannot be erased: an invoice is open.', '', null])
      bench.breakBy(({ body }) => (JSON.stringify(body).includes('erase.execute') ? refusal : null))
      const contacts = [contactOf(bench.connector, ada)]
      const [receipt] = await required(bench.connector.erase)(bench.context('write'), contacts)
      expect(receipt).toMatchObject({ status: 'rejected', reason: expect.stringContaining('still open') })
      expect(rpcIn(bench)).toContain('wizard.party.erase.delete')
    }),
  )
})
