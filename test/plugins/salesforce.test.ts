import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Membership } from '../../core/contract/change.ts'
import type { SandboxReply } from '../../core/contract/sandbox.ts'
import { listsOf, quoted } from '../../plugins/salesforce/soql.ts'
import { required } from '../conformance/check.ts'
import { attempt, changeOf, contactOf, erase, idOf, push, pushOne, readBack } from '../conformance/delivery.ts'
import { person, type Workbench } from '../conformance/workbench.ts'
import { at, pullFrom } from './subject.ts'

const [ada, bob] = ['ada@example.test', 'bob@example.test']
const atSalesforce = at('salesforce')
const fans: Membership = { kind: 'campaign', name: 'Headphone fans' }
const text = 'Wish__c'
const seeded = (email: string, fields = {}) => person(email, { [text]: null, Score__c: 1, ...fields })

const row = z.looseObject({ Id: z.string() })
const org = z.looseObject({ rows: z.record(z.string(), z.array(row)), bin: z.array(row) })
const rowsIn = ({ sandbox }: Workbench, object: string) => org.parse(sandbox.state()).rows[object] ?? []
/** Alters what the tool holds, as somebody with another tool would. */
const alter = ({ sandbox }: Workbench, change: (state: z.output<typeof org>) => unknown) => {
  const state = org.parse(structuredClone(sandbox.state()))
  change(state)
  sandbox.restore(state)
}
const refusal = (errorCode: string, message: string): SandboxReply => ({ status: 403, json: [{ errorCode, message }] })

describe('a text in SOQL', () => {
  it.each([
    ["O'Neil", String.raw`'O\'Neil'`],
    [String.raw`a\' OR Id != '`, String.raw`'a\\\' OR Id != \''`],
    ['a\nb\tc"', String.raw`'a\nb\tc\"'`],
    ['', "''"],
  ])('%j is quoted as one literal', (given, expected) => expect(quoted(given)).toBe(expected))

  it('stays one literal, whatever it holds', () => {
    const literal = /^'(?:\\[\\'"nrtbf]|[^\\'\n\r])*'$/
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (given) => {
        expect(quoted(given)).toMatch(literal)
        const back = quoted(given).slice(1, -1)
        const plain = back.replace(/\\(.)/g, (_, sign: string) => JSON.parse(`"\\${sign === "'" ? 'u0027' : sign}"`))
        expect(plain).toBe(given)
      }),
    )
  })

  it(
    'cannot reach anybody else',
    atSalesforce(async (bench) => {
      bench.sandbox.seed([seeded(ada), seeded(bob)])
      const sly = "x' OR Email != '"
      const held = await readBack(bench, [sly, ada], { fields: [], memberships: [] })
      expect([held.get(sly), held.get(ada) === null]).toEqual([null, false])
      expect(await erase(bench, [sly])).toEqual(['unchanged'])
      expect(bench.sandbox.contacts()).toHaveLength(2)
    }),
  )

  it(
    'is no name of a field, and one that is not there is merely empty',
    atSalesforce(async (bench) => {
      bench.sandbox.seed([seeded(ada)])
      const sly = 'Id FROM Contact--'
      const receipt = await pushOne(bench, ada, { fields: { [sly]: 'x' } })
      expect(receipt).toMatchObject({ status: 'rejected', field: sly })
      const held = await readBack(bench, [ada], { fields: [sly, 'Ghost__c', 'FirstName'], memberships: [] })
      expect(held.get(ada)?.fields).toEqual({ [sly]: null, Ghost__c: null, FirstName: 'Ada' })
    }),
  )

  it('fills as few queries as their addresses allow', () => {
    const values = Array.from({ length: 400 }, (_, index) => `somebody.${index}+news@example.test`)
    const lists = listsOf([...values, ...values])
    expect(lists.flat()).toEqual(values)
    expect(lists.length).toBeGreaterThan(1)
    for (const list of lists) expect(encodeURIComponent(list.map(quoted).join()).length).toBeLessThanOrEqual(8_000)
  })
})

describe('what Salesforce forbids', () => {
  it.each([
    [
      'for the day, it is asked again later',
      'REQUEST_LIMIT_EXCEEDED',
      'TotalRequests Limit exceeded.',
      'throttled',
      900_000,
    ],
    [
      'for the moment, it is asked again soon',
      'REQUEST_LIMIT_EXCEEDED',
      'ConcurrentRequests (Concurrent API Requests) Limit exceeded.',
      'throttled',
      60_000,
    ],
    ['to this user, an admin must allow', 'INSUFFICIENT_ACCESS', 'insufficient access rights', 'auth', undefined],
  ])('%s', (_, code, message, kind, afterMs) =>
    atSalesforce(async (bench) => {
      bench.breakBy(({ path }) => (path.includes('/query') ? refusal(code, message) : null))
      const { error } = await attempt(async () => bench.connector.check(bench.context('read')))
      expect([error?.kind, error?.afterMs]).toEqual([kind, afterMs])
    })(),
  )

  it(
    'in words that are not its own is no outage either',
    atSalesforce(async (bench) => {
      bench.breakBy(({ path }) => (path.includes('/query') ? { status: 403, text: '<h1>Forbidden</h1>' } : null))
      expect((await attempt(async () => bench.connector.check(bench.context('read')))).error?.kind).toBe('auth')
    }),
  )

  it(
    'soon, because the quota of the day is nearly used up, is logged',
    atSalesforce(async (bench) => {
      const headers = { 'sforce-limit-info': 'api-usage=91/100' }
      const json = { records: [{ Id: '00D', Name: 'Org' }] }
      bench.breakBy(({ path }) => (path.includes('/query') ? { status: 200, headers, json } : null))
      await bench.connector.check(bench.context('read'))
      expect(bench.logged).toEqual([expect.stringContaining('nearly used up'), '{"used":91,"allowed":100}'])
    }),
  )
})

describe('push', () => {
  it(
    'refuses who names a field that is hidden or missing, and delivers to the rest',
    atSalesforce(async (bench) => {
      bench.sandbox.seed([seeded(ada), seeded(bob)])
      const receipts = await push(bench, [
        changeOf(bench.connector, ada, { fields: { [text]: 'x', Ghost__c: 'y' } }),
        changeOf(bench.connector, bob, { fields: { [text]: 'x' } }),
      ])
      expect(receipts.get(idOf(ada))).toMatchObject({ status: 'rejected', field: 'Ghost__c' })
      expect(receipts.get(idOf(bob))?.status).toBe('applied')
    }),
  )

  it.each([
    ['a text that is too long', { [text]: 'x'.repeat(256) }, 'STRING_TOO_LONG'],
    ['a text whose blanks it trims', { [text]: ' x ' }, 'did not keep'],
  ])('reports %s as rejected', (_, fields, reason) =>
    atSalesforce(async (bench) => {
      bench.sandbox.seed([seeded(ada, { [text]: 'before' })])
      const receipt = await pushOne(bench, ada, { fields })
      expect(receipt).toMatchObject({ status: 'rejected', field: text })
      expect('reason' in receipt ? receipt.reason : '').toContain(reason)
      expect('reason' in receipt ? receipt.reason : '').not.toContain('xxx')
    })(),
  )

  it(
    'writes nothing that is there already',
    atSalesforce(async (bench) => {
      bench.sandbox.seed([seeded(ada, { [text]: 'x' })])
      const { status } = await pushOne(bench, ada, { fields: { [text]: 'x' } })
      expect(status).toBe('unchanged')
      expect(bench.requests.filter(({ method }) => method === 'PATCH')).toEqual([])
    }),
  )

  it(
    'takes the first of two who have one address',
    atSalesforce(async (bench) => {
      bench.sandbox.seed([seeded(ada)])
      const [first] = rowsIn(bench, 'Contact')
      const double = { ...first, Id: '003zzzzzzzzzzzzzzz', CreatedDate: '2027-01-01T00:00:00.000+0000' }
      alter(bench, ({ rows }) => rows.Contact?.unshift(double))
      const receipt = await pushOne(bench, ada, { fields: { [text]: 'x' } })
      expect(receipt).toMatchObject({ status: 'applied', remoteId: first?.Id })
      expect(rowsIn(bench, 'Contact').map((found) => found[text])).toEqual([null, 'x'])
    }),
  )

  it(
    'finds by an external id, and creates nobody twice by it',
    atSalesforce(async (bench) => {
      const wild = { [text]: 'a', Hub_Id__c: 'u0' }
      bench.sandbox.seed([person(bob, wild)])
      const settings = { ...bench.sandbox.settings(bench.url), externalId: 'Hub_Id__c' }
      const change = changeOf(bench.connector, ada, { create: true, fields: { [text]: 'x' } })
      const known = { ...change, contact: { ...change.contact, key: { type: 'userId', value: 'u1' } } }
      const receipts = await push(bench, [known], { settings })
      expect(receipts.get(idOf(ada))?.status).toBe('applied')
      expect(bench.requests.map(({ path }) => path)).toContain(
        '/services/data/v62.0/composite/sobjects/Contact/Hub_Id__c',
      )
      const pages = required(bench.connector.pull)(bench.context('read', { settings }), null)
      const { value } = await pages.next()
      const keys = (value?.records ?? []).map(({ identifiers }) => identifiers)
      expect(keys).toEqual([
        [
          { type: 'email', value: bob },
          { type: 'userId', value: 'u0' },
        ],
        [{ type: 'userId', value: 'u1' }],
      ])
      const without = await attempt(() => push(bench, [known]))
      expect(without.error?.message).toContain('set externalId')
    }),
  )

  it(
    'keeps leads as well, with a company; one that was converted is passed over, and erased all the same',
    atSalesforce(async (bench) => {
      const settings = { ...bench.sandbox.settings(bench.url), object: 'Lead' }
      const create = changeOf(bench.connector, ada, { create: true, fields: { FirstName: 'Ada' } })
      expect((await push(bench, [create], { settings })).get(idOf(ada))?.status).toBe('applied')
      const [lead] = rowsIn(bench, 'Lead')
      expect([lead?.LastName, lead?.Company]).toEqual(['[not provided]', '[not provided]'])
      const wanted = { fields: ['LastName'], memberships: [] }
      expect((await readBack(bench, [ada], wanted, { settings })).get(ada)?.fields).toEqual({ LastName: null })
      alter(bench, ({ rows }) => Object.assign(rows.Lead?.[0] ?? {}, { IsConverted: true }))
      const update = changeOf(bench.connector, ada, { fields: { FirstName: 'A' }, remoteId: lead?.Id })
      expect((await push(bench, [update], { settings })).get(idOf(ada))?.status).toBe('skipped')
      const contacts = [contactOf(bench.connector, ada)]
      const [receipt] = await required(bench.connector.erase)(bench.context('write', { settings }), contacts)
      expect(receipt).toMatchObject({ status: 'rejected', reason: expect.stringContaining('recycle bin') })
      expect(rowsIn(bench, 'Lead')).toEqual([])
    }),
  )

  it(
    'moves nobody while two campaigns have one name',
    atSalesforce(async (bench) => {
      bench.sandbox.seed([{ ...seeded(ada), memberships: ['campaign/Headphone fans'] }, seeded(bob)])
      alter(bench, ({ rows }) => rows.Campaign?.push({ ...rows.Campaign[0], Id: '701zzzzzzzzzzzzzzz' }))
      const receipt = await pushOne(bench, bob, { join: [fans], fields: { [text]: 'x' } })
      expect(receipt).toMatchObject({ status: 'rejected', reason: expect.stringContaining('2 campaigns') })
      expect(bench.seen(bob)?.fields[text]).toBeUndefined()
    }),
  )

  it(
    'counts who is a member already as one who has joined',
    atSalesforce(async (bench) => {
      bench.sandbox.seed([{ ...seeded(ada), memberships: ['campaign/Headphone fans'] }])
      expect((await pushOne(bench, ada, { join: [fans] })).status).toBe('applied')
      expect(rowsIn(bench, 'CampaignMember')).toHaveLength(1)
    }),
  )
})

describe('pull', () => {
  it(
    'pages on within one second, and gives each change of a second its own id',
    atSalesforce(async (bench) => {
      const emails = Array.from({ length: 230 }, (_, index) => `many-${index}@example.test`)
      bench.sandbox.seed(emails.map((email) => seeded(email, { [text]: 'a' })))
      const first = await pullFrom(bench, null)
      expect(new Set(first.records.map(({ id }) => id)).size).toBe(230)
      expect(bench.requests.some(({ path }) => /\/query\/[\w-]+-100$/.test(path))).toBe(true)
      bench.sandbox.seed([seeded('many-7@example.test', { [text]: 'b' })])
      const { records } = await pullFrom(bench, first.cursor)
      expect(records.map((record) => (record.kind === 'contact' ? record.fields[text] : null))).toEqual(['b'])
    }),
  )

  it(
    'tells of consent only that it was withdrawn',
    atSalesforce(async (bench) => {
      bench.sandbox.seed([seeded(ada), { ...seeded(bob), consent: false }])
      const { records } = await pullFrom(bench, null)
      const consents = records.map((record) => [record.identifiers[0]?.value, 'consent' in record && record.consent])
      expect(Object.fromEntries(consents)).toEqual({ [ada]: undefined, [bob]: false })
    }),
  )
})

describe('erase', () => {
  it(
    'removes everybody with the address, and leaves nothing of them in the recycle bin',
    atSalesforce(async (bench) => {
      bench.sandbox.seed([seeded(ada, { [text]: 'a secret wish' }), seeded(bob)])
      alter(bench, ({ rows }) => rows.Contact?.push({ ...required(rows.Contact[0]), Id: '003zzzzzzzzzzzzzzz' }))
      expect(await erase(bench, [ada])).toEqual(['applied'])
      const { bin } = org.parse(bench.sandbox.state())
      expect(bin.map(({ Email, LastName }) => [Email, LastName])).toEqual([
        [null, '[erased]'],
        [null, '[erased]'],
      ])
      expect(bench.sandbox.contacts().map(({ email }) => email)).toEqual([bob])
    }),
  )

  it(
    'leaves somebody alone whose id differs in its letters alone',
    atSalesforce(async (bench) => {
      bench.sandbox.seed([person(ada, { Hub_Id__c: 'u-AbC' }), person(bob, { Hub_Id__c: 'u-aBc' })])
      const settings = { ...bench.sandbox.settings(bench.url), externalId: 'Hub_Id__c' }
      const contacts = [{ id: 'contact', key: { type: 'userId', value: 'u-aBc' } }]
      const receipts = await required(bench.connector.erase)(bench.context('write', { settings }), contacts)
      expect(receipts).toEqual([{ contact: 'contact', status: 'applied' }])
      expect(bench.sandbox.contacts().map(({ email }) => email)).toEqual([ada])
    }),
  )

  it(
    'says so when what it deleted could not be emptied first',
    atSalesforce(async (bench) => {
      bench.sandbox.seed([seeded(ada)])
      const errors = [{ statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: `${ada} needs a mail`, fields: [] }]
      bench.breakBy(({ method }) => (method === 'PATCH' ? { status: 200, json: [{ success: false, errors }] } : null))
      const contacts = [contactOf(bench.connector, ada)]
      const [receipt] = await required(bench.connector.erase)(bench.context('write'), contacts)
      expect(receipt).toMatchObject({ status: 'rejected', reason: expect.stringContaining('recycle bin') })
      expect(JSON.stringify(receipt?.status === 'rejected' && receipt.reason)).not.toContain(ada)
      expect(bench.seen(ada)).toBeNull()
    }),
  )
})

describe('setup', () => {
  const need = (name: string) => ({ name, type: 'text', label: 'Wish', writable: true }) as const
  const setUp = (bench: Workbench, names: readonly string[], memberships: readonly Membership[] = []) =>
    required(bench.connector.setup)(bench.context('setup'), { fields: names.map(need), memberships })

  it(
    'shows a new field to the user that made it, who would not see it otherwise',
    atSalesforce(async (bench) => {
      expect(await setUp(bench, ['Wish__c'])).toEqual({ created: ['field Wish__c'], present: [], manual: [] })
      expect(rowsIn(bench, 'PermissionSetAssignment')).toHaveLength(1)
      expect(rowsIn(bench, 'FieldPermissions').map(({ Field }) => Field)).toEqual(['Contact.Wish__c'])
    }),
  )

  it(
    'says what to do where the field stays hidden, and where the user may create nothing',
    atSalesforce(async (bench) => {
      bench.breakBy(({ path }) =>
        path.endsWith('/sobjects/PermissionSet') ? refusal('INSUFFICIENT_ACCESS', 'no') : null,
      )
      expect((await setUp(bench, ['Wish__c'])).manual).toEqual([expect.stringContaining('field-level security')])
      bench.breakBy(({ path }) => (/CustomField$|Campaign$/.test(path) ? refusal('INSUFFICIENT_ACCESS', 'no') : null))
      const { created, manual } = await setUp(bench, ['Other__c', 'no_ending', 'two__parts__c'], [fans])
      expect(created).toEqual([])
      expect(manual).toEqual([
        expect.stringContaining('no_ending cannot be created'),
        expect.stringContaining('two__parts__c cannot be created'),
        expect.stringContaining('Other__c: Salesforce refused'),
        expect.stringContaining('Marketing User'),
      ])
    }),
  )
})

it(
  'campaigns that people plan in Salesforce are observed',
  atSalesforce(async (bench) => {
    bench.sandbox.seed([{ ...seeded(ada), memberships: ['campaign/Headphone fans'] }])
    const rules = await required(bench.connector.observedRules)(bench.context('read'))
    expect(rules).toEqual([
      expect.objectContaining({ name: 'Headphone fans', kind: 'campaign', active: true, audience: null, says: null }),
    ])
  }),
)
