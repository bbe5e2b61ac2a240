import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Outcome } from '../../core/contract/change.ts'
import { attempt } from '../../plugins/salesforce/ask.ts'
import { create, outcomeOf, remove, update } from '../../plugins/salesforce/collection.ts'
import { describe as describeObject, fieldsFrom } from '../../plugins/salesforce/field.ts'
import salesforce from '../../plugins/salesforce/index.ts'
import { created } from '../../plugins/salesforce/setup.ts'
import { firstPage } from '../../plugins/salesforce/soql.ts'
import { needsShared, shared } from '../core/profile/shared.ts'
import { type Exchange, recorded, replaying } from './recorded.ts'

const connector = { ...salesforce, authorize: async () => ({ headers: {}, expiresAt: null }) }
const settings = { baseUrl: 'https://acme.my.salesforce.com', clientId: 'k', clientSecret: 's' }
const client = (exchange: Pick<Exchange, 'status' | 'res'>) => replaying(connector, settings, exchange)
const given = (method: string, path: RegExp, ...statuses: readonly number[]) =>
  recorded('salesforce', method, path, ...statuses)

const record = z.looseObject({ attributes: z.unknown() })
const collection = z.object({ records: z.array(record) })
const answers = z.array(z.looseObject({ success: z.boolean() }))

/** A record as the connector would send it: the object beside it. */
const sentIn = ({ body }: Exchange) =>
  collection
    .parse(body)
    .records.map(({ attributes: _, ...values }) =>
      z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).parse(values),
    )

/** What comes of each record of a recorded write, in the connector's own words. */
const outcomesOf = async (exchange: Exchange): Promise<readonly Outcome[]> => {
  const sent = sentIn(exchange)
  const write = exchange.method === 'POST' ? create : update
  const results = await write(client(exchange), 'Account', sent)
  return sent.map((values, index) => outcomeOf(results[index], values))
}
const failureOf = (outcome: Outcome) =>
  outcome.status === 'rejected' ? [`${outcome.reason.split(':')[1]?.trim()} in ${outcome.field ?? 'no field'}`] : []

describe.skipIf(shared === undefined)(`live answers of Salesforce${needsShared}`, () => {
  const all = {
    queries: given('GET', /\/query$/, 200),
    descriptions: given('GET', /\/(Contact|Lead|Account|Campaign|Topic)\/describe$/, 200),
    writes: [...given('PATCH', /\/composite\/sobjects$/, 200), ...given('POST', /\/composite\/sobjects$/, 200)],
    deletions: given('DELETE', /\/composite\/sobjects$/, 200),
    creations: given('POST', /\/sobjects\/Campaign$/, 201),
    absences: given('GET', /\/sobjects\//, 404),
  }

  it('are as many as there are of the calls that the connector makes', () => {
    const counts = Object.entries(all).map(([name, exchanges]) => [name, exchanges.length])
    expect(Object.fromEntries(counts)).toEqual({
      queries: 396,
      descriptions: 203,
      writes: 103,
      deletions: 29,
      creations: 2,
      absences: 5,
    })
  })

  it('to queries are pages of records', async () => {
    for (const exchange of all.queries) {
      const { records } = await firstPage(client(exchange), 'SELECT Id FROM Contact', z.looseObject({}))
      expect(records.length).toBe(z.looseObject({ records: z.array(z.unknown()) }).parse(exchange.res).records.length)
    }
  })

  it('to describe list fields, those that may be written among them', async () => {
    for (const exchange of all.descriptions) {
      const fields = fieldsFrom(await describeObject(client(exchange)))
      expect(fields.some(({ writable }) => writable)).toBe(true)
    }
  })

  it('to writes give each record what became of it', async () => {
    const outcomes = (await Promise.all(all.writes.map(outcomesOf))).flat()
    const successes = all.writes.flatMap(({ res }) => answers.parse(res)).filter(({ success }) => success)
    expect(outcomes.filter(({ status }) => status === 'applied')).toHaveLength(successes.length)
    const failures = outcomes.flatMap(failureOf)
    expect(outcomes).toHaveLength(successes.length + failures.length)
    expect([...new Set(failures)].sort()).toEqual([
      'CANNOT_UPDATE_CONVERTED_LEAD in no field',
      'INVALID_EMAIL_ADDRESS in email_field__c',
      'REQUIRED_FIELD_MISSING in Name',
    ])
  })

  it('came to writes of the very form that the connector sends', async () => {
    for (const exchange of all.writes) {
      const sent: unknown[] = []
      const ctx = replaying(connector, settings, exchange, ({ body = '' }) => sent.push(JSON.parse(body)))
      const type = z.object({ attributes: z.object({ type: z.string() }) })
      const [first] = z.object({ records: z.array(type) }).parse(exchange.body).records
      const write = exchange.method === 'POST' ? create : update
      await write(ctx, first?.attributes.type ?? '', sentIn(exchange))
      expect(sent).toEqual([exchange.body])
    }
  })

  it('to deletions and to the creation of campaigns say that it was done', async () => {
    for (const exchange of all.deletions) {
      const results = await remove(client(exchange), ['0034S000005YJYwQAO'])
      expect(results.map((result) => outcomeOf(result, {}).status)).toEqual(results.map(() => 'applied'))
    }
    for (const { res } of all.creations) expect(created.parse(res).id).toMatch(/^701/)
  })

  it('about what is not there are an answer, and not done', async () => {
    for (const exchange of all.absences) {
      const call = { method: 'GET', path: '/x', accept: [404], reply: z.looseObject({ Id: z.string() }) } as const
      expect(await attempt(client(exchange), call)).toMatchObject({
        done: false,
        problems: [{ errorCode: 'NOT_FOUND' }],
      })
    }
  })
})
