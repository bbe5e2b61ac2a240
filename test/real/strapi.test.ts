import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { loadConnector } from '../../core/host/catalogue.ts'
import { isProven } from '../../core/host/proof.ts'
import { openLetterbox } from './letterbox.ts'
import { realTool } from './tool.ts'

const { LEITSTERN_STRAPI_URL: url = '', LEITSTERN_STRAPI_TOKEN: token = '' } = process.env
const needsStrapi = url && token ? '' : ' (skipped: LEITSTERN_STRAPI_URL and LEITSTERN_STRAPI_TOKEN are not both set)'
const { LEITSTERN_STRAPI_HOOK_PORT: hookPort = '' } = process.env
const needsHook = hookPort ? '' : ' (skipped: LEITSTERN_STRAPI_HOOK_PORT is not set)'

const strapi = await loadConnector('strapi')
const webhookSecret = 'leitstern-test'
const shelf = { collection: 'articles', title: 'title', address: 'https://site.example/{locale}/{slug}' }
const given = { url, token, collection: 'guests', content: [shelf], webhookSecret }
const { emailOf, context, changeOf, push, erase, read, pull, about } = realTool(strapi, given)
const all = ['hero', 'score', 'vip', 'since']

describe.skipIf(needsStrapi !== '')(`Strapi itself${needsStrapi}`, { timeout: 60_000 }, () => {
  afterAll(async () => {
    await erase('ada', 'bob')
  })

  it('check: tells its database from others, and fails as auth with a wrong token', async () => {
    const { account, epoch } = await strapi.check(context('read'))
    expect(account).toContain(url)
    expect(epoch).toMatch(/^[a-z0-9]{24}$/)
    await expect(strapi.check(context('read', { token: 'wrong' }))).rejects.toMatchObject({ kind: 'auth' })
    await expect(strapi.check(context('read', { collection: 'nowhere' }))).rejects.toMatchObject({ kind: 'config' })
  })

  it('fields and setup: list what the type has, and leave the rest to a person', async () => {
    const fields = (await strapi.fields?.(context('read'))) ?? []
    expect(fields.map(({ name, type }) => [name, type])).toEqual([
      ['hero', 'text'],
      ['score', 'number'],
      ['vip', 'boolean'],
      ['since', 'datetime'],
      ['mood', 'text'],
    ])
    const field = { name: 'headline', type: 'text', label: 'Headline', writable: true } as const
    const needs = { fields: [field, { ...field, name: 'hero' }, { ...field, name: 'hidden' }], memberships: [] }
    const report = await strapi.setup?.(context('setup'), needs)
    expect(report).toMatchObject({ created: [], present: ['field hero'] })
    expect(report?.manual).toHaveLength(2)
  })

  it('push: creates, updates, skips and rejects side by side, and read gives it back', async () => {
    const values = { hero: 'Grüße 🎧\n"so"', score: 12.5, vip: false, since: '2026-02-28T23:59:59.000Z' }
    const first = await push(
      changeOf('ada', { create: true, fields: values }),
      changeOf('stranger', { fields: { hero: 'x' } }),
      changeOf('nowhere', { create: true, fields: { headline: 'x' } }),
      changeOf('moody', { create: true, fields: { mood: 'odd' } }),
      changeOf('hidden', { create: true, fields: { hidden: 'x' } }),
      changeOf('no address of', { create: true, fields: { hero: 'x' } }),
      changeOf('bob', { create: true, fields: { hero: 'vip' } }),
    )
    expect(first).toMatchObject({
      ada: { status: 'applied' },
      stranger: { status: 'skipped' },
      nowhere: { status: 'rejected', field: 'headline' },
      moody: { status: 'rejected', field: 'mood' },
      hidden: { status: 'rejected', field: 'hidden' },
      'no address of': { status: 'rejected', field: 'email' },
      bob: { status: 'applied' },
    })
    expect(JSON.stringify(first)).not.toContain(emailOf('no address of'))
    const held = await read(['ada', 'bob', 'stranger'], all)
    expect(held.get('ada')?.fields).toEqual(values)
    expect(held.get('ada')?.remoteId).toMatch(/^[a-z0-9]{24}$/)
    expect(held.get('bob')?.fields).toEqual({ hero: 'vip', score: null, vip: null, since: null })
    expect(held.get('stranger')).toBeNull()
    await erase('hidden')
  })

  it('push: empties and keeps fields, writes nothing twice, and finds an address in other letters', async () => {
    expect(await push(changeOf('ada', { fields: { hero: null } }))).toMatchObject({ ada: { status: 'applied' } })
    expect((await read(['ada'], all)).get('ada')?.fields).toMatchObject({ hero: null, score: 12.5 })
    expect(await push(changeOf('ada', { fields: { hero: '' } }))).toMatchObject({ ada: { status: 'unchanged' } })
    const { contact, ...rest } = changeOf('ada', { create: true, fields: { hero: 'x' } })
    const shouted = { ...rest, contact: { ...contact, key: { type: 'email', value: contact.key.value.toUpperCase() } } }
    const remoteId = (await read(['ada'], [])).get('ada')?.remoteId
    expect(await push(shouted)).toMatchObject({ ada: { status: 'applied', remoteId } })
  })

  it('pull: gives each change once, and resumes', async () => {
    const before = await pull(null)
    expect(about(before.records, 'ada')).toMatchObject([{ kind: 'contact', fields: { hero: 'x', score: 12.5 } }])
    expect(about((await pull(before.cursor)).records, 'ada')).toEqual([])
    await push(changeOf('ada', { fields: { hero: 'one' } }))
    const one = await pull(before.cursor)
    await push(changeOf('ada', { fields: { hero: 'two' } }))
    const two = await pull(one.cursor)
    const heroes = [one, two].map(({ records }) =>
      about(records, 'ada').map((record) => record.kind === 'contact' && record.fields.hero),
    )
    expect(heroes).toEqual([['one'], ['two']])
  })

  it.skipIf(needsHook !== '')(
    `webhook: carries the secret, and what it hints at is read again${needsHook}`,
    async () => {
      const box = await openLetterbox(Number(hookPort))
      try {
        await push(changeOf('bob', { fields: { hero: 'by webhook' } }))
        const letter = await box.letter(({ body }) => Buffer.from(body).includes('by webhook'))
        if (!strapi.webhook) throw new Error('the connector takes no webhooks')
        const { settings } = context('read')
        expect(isProven(strapi.webhook.proof, settings, letter, Date.now())).toBe(true)
        expect(isProven(strapi.webhook.proof, { ...settings, webhookSecret: 'other' }, letter, Date.now())).toBe(false)
        const hints = strapi.webhook.parse(settings, letter).flatMap((one) => (one.kind === 'hint' ? [one] : []))
        expect(await strapi.recall?.(context('read'), hints)).toMatchObject([
          { identifiers: [{ value: emailOf('bob') }], fields: { hero: 'by webhook' } },
        ])
      } finally {
        await box.close()
      }
    },
  )

  it('content: finds published entries by title, with locale and address', async () => {
    const { http } = context('setup')
    const title = `About ${emailOf('content')}`
    const reply = z.object({ data: z.object({ documentId: z.string() }) })
    const made = await http({ method: 'POST', path: '/api/articles', json: { data: { title, slug: 'about' } }, reply })
    const { documentId } = made.body.data
    const found = await strapi.content?.(context('read'), title.toUpperCase(), 5)
    expect(found).toMatchObject([
      { id: `${documentId}:en`, title, kind: 'articles', locale: 'en', url: 'https://site.example/en/about' },
    ])
    await http({ method: 'DELETE', path: `/api/articles/${documentId}`, reply: z.unknown() })
  })

  it('erase: removes those who are there, and only them', async () => {
    expect(await erase('ada', 'stranger')).toMatchObject({
      ada: { status: 'applied' },
      stranger: { status: 'unchanged' },
    })
    const held = await read(['ada', 'bob'], [])
    expect([held.get('ada'), held.get('bob') !== null]).toEqual([null, true])
    expect(await push(changeOf('ada', { fields: { hero: 'x' } }))).toMatchObject({ ada: { status: 'skipped' } })
  })
})
