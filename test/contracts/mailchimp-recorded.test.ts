import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { fieldValue } from '../../core/contract/value.ts'
import mailchimp from '../../plugins/mailchimp/index.ts'
import { memberPath, membersSince, memberWith } from '../../plugins/mailchimp/member.ts'
import { fieldsOf } from '../../plugins/mailchimp/merge-field.ts'
import { required } from '../conformance/check.ts'
import { attempt } from '../conformance/delivery.ts'
import { needsShared, shared } from '../core/profile/shared.ts'
import { type Exchange, recorded, replaying } from './recorded.ts'

const settings = { apiKey: 'key-us3', audience: 'a36b032126' }
const client = (exchange: Exchange) => replaying(mailchimp, settings, exchange)
const member = /\/members\/[0-9a-f]{32}$/
const given = (method: string, path: RegExp, ...statuses: readonly number[]) =>
  recorded('mailchimp', method, path, ...statuses)

const written = z.object({
  email_address: z.string().default('a@example.test'),
  merge_fields: z.record(z.string(), fieldValue).default({}),
})
/** What the connector makes of a recorded write of these merge fields. */
const outcomeOf = async (exchange: Exchange, keep: (tag: string) => boolean = () => true) => {
  const { email_address: value, merge_fields } = written.parse(exchange.body)
  const fields = Object.fromEntries(Object.entries(merge_fields).filter(([tag]) => keep(tag)))
  const contact = { id: 'c1', key: { type: 'email', value } }
  const change = { contact, create: false, fields, join: [], leave: [] }
  const [receipt] = await required(mailchimp.push)(client(exchange), [change])
  return required(receipt)
}

describe.skipIf(shared === undefined)(`live answers of Mailchimp${needsShared}`, () => {
  const all = {
    members: given('GET', member, 200),
    strangers: given('GET', member, 404),
    pages: given('GET', /\/members$/, 200),
    fields: given('GET', /\/merge-fields$/, 200),
    writes: given('PUT', member, 200),
    refusals: given('PUT', member, 400),
    tags: given('POST', /\/tags$/, 204),
    untagged: given('POST', /\/tags$/, 404),
  }

  it('are as many as there are of the calls that the connector makes', () => {
    const counts = Object.entries(all).map(([name, exchanges]) => [name, exchanges.length])
    expect(Object.fromEntries(counts)).toEqual({
      members: 55,
      strangers: 28,
      pages: 24,
      fields: 15,
      writes: 20,
      refusals: 3,
      tags: 22,
      untagged: 9,
    })
  })

  it('show a member, or that there is none', async () => {
    for (const exchange of all.members)
      expect((await memberWith(client(exchange), 'a@example.test'))?.last_changed).toMatch(/^20\d\d-/)
    for (const exchange of all.strangers) expect(await memberWith(client(exchange), 'a@example.test')).toBeNull()
  })

  it('give pages of members, and the fields of the audience', async () => {
    const sizes = await Promise.all(all.pages.map(async (page) => (await membersSince(client(page), null, 0)).length))
    expect(Math.max(...sizes)).toBeGreaterThan(0)
    for (const exchange of all.fields)
      expect((await fieldsOf(client(exchange))).map(({ name }) => name)).toEqual(
        expect.arrayContaining(['FNAME', 'LNAME']),
      )
  })

  it('to a write show what was kept', async () => {
    const isTag = (name: string) => name === name.toUpperCase()
    const outcomes = await Promise.all(all.writes.map((exchange) => outcomeOf(exchange, isTag)))
    expect(outcomes.map(({ status }) => status)).toEqual(all.writes.map(() => 'applied'))
  })

  it('drop a merge tag that the audience does not have, with 200, and this is seen', async () => {
    const stray = all.writes.filter(({ body }) => written.parse(body).merge_fields.email_address !== undefined)
    expect(stray.length).toBeGreaterThan(0)
    for (const exchange of stray)
      expect(await outcomeOf(exchange)).toMatchObject({ status: 'rejected', field: 'email_address' })
  })

  it('refuse a member with the field at fault, and name no address', async () => {
    const outcomes = await Promise.all(all.refusals.map((exchange) => outcomeOf(exchange)))
    expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.field)).toEqual([
      'LTV',
      undefined,
      undefined,
    ])
    expect(JSON.stringify(outcomes)).not.toContain('@')
  })

  it('to tags say nothing, or that there is no such member', async () => {
    const tag = (exchange: Exchange) => {
      const ctx = client(exchange)
      return attempt(() => ctx.http({ method: 'POST', path: memberPath(ctx, 'a', '/tags'), reply: z.undefined() }))
    }
    for (const exchange of all.tags) expect((await tag(exchange)).error).toBeUndefined()
    for (const exchange of all.untagged) expect((await tag(exchange)).error?.kind).toBe('invalid')
  })
})
