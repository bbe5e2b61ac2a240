import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { loadConnector } from '../../core/host/catalogue.ts'
import { isProven } from '../../core/host/proof.ts'
import { tokenOf } from '../../plugins/ghost/api.ts'
import { adminKey, needsGhost, url } from './ghost-site.ts'
import { openLetterbox } from './letterbox.ts'
import { realTool } from './tool.ts'

const ghost = await loadConnector('ghost')
const webhookSecret = 'a secret of this test'
const given = { url, adminKey, noteFields: ['hero', 'score'], webhookSecret }
const { run, emailOf, context, changeOf, push, erase, read, pull, about } = realTool(ghost, given)
const fans = { kind: 'label', name: `Fans ${run}` }
const press = { kind: 'label', name: `Press ${run}` }

describe.skipIf(needsGhost !== '')(`Ghost itself${needsGhost}`, { timeout: 60_000 }, () => {
  const box: { at?: Awaited<ReturnType<typeof openLetterbox>> } = {}
  beforeAll(async () => {
    box.at = await openLetterbox()
  })
  afterAll(async () => {
    await erase('ada', 'bob')
    await box.at?.close()
  })

  it('check: names the site, and fails as auth with a wrong key', async () => {
    const { account, epoch } = await ghost.check(context('read'))
    expect(account).toContain(url)
    expect(epoch).toMatch(/^[0-9a-f-]{36}$/)
    const wrong = context('read', { adminKey: `${adminKey.slice(0, -2)}${adminKey.endsWith('00') ? '11' : '00'}` })
    await expect(ghost.check(wrong)).rejects.toMatchObject({ kind: 'auth' })
  })

  it('setup: creates labels and webhooks once', async () => {
    const needs = { fields: [], memberships: [fans] }
    const all = [`label ${fans.name}`, 'webhook member.added', 'webhook member.edited']
    const first = await ghost.setup?.(context('setup', { webhookUrl: box.at?.url }), needs)
    expect(first).toEqual({ created: all, present: [], manual: [] })
    const again = await ghost.setup?.(context('setup', { webhookUrl: box.at?.url }), needs)
    expect(again).toEqual({ created: [], present: all, manual: [] })
  })

  it('push: creates, updates, skips and rejects side by side, and read gives it back', async () => {
    const first = await push(
      changeOf('ada', {
        create: true,
        fields: { name: 'Ada', hero: 'Grüße 🎧\n"so"', score: 0.5 },
        join: [fans, press],
      }),
      changeOf('stranger', { fields: { hero: 'x' } }),
      changeOf('nowhere', { create: true, fields: { headline: 'x' } }),
      changeOf('long', { create: true, fields: { hero: 'x'.repeat(2000) } }),
      changeOf('no address of', { create: true, fields: { hero: 'x' } }),
      changeOf('bob', { create: true, fields: { hero: 'vip', note: 'Met at the fair' } }),
    )
    expect(first).toMatchObject({
      ada: { status: 'applied' },
      stranger: { status: 'skipped' },
      nowhere: { status: 'rejected', field: 'headline' },
      long: { status: 'rejected', field: 'hero' },
      'no address of': { status: 'rejected', field: 'email' },
      bob: { status: 'applied' },
    })
    expect(JSON.stringify(first)).not.toContain(emailOf('no address of'))
    const held = await read(['ada', 'bob', 'stranger'], ['hero', 'score', 'name', 'note'], [fans])
    const fields = { hero: 'Grüße 🎧\n"so"', score: 0.5, name: 'Ada', note: null }
    expect(held.get('ada')).toMatchObject({ fields, memberships: [fans] })
    expect(held.get('bob')?.fields).toEqual({ hero: 'vip', score: null, name: null, note: 'Met at the fair' })
    expect(held.get('stranger')).toBeNull()
  })

  it('push: a label that somebody else gave survives, and a note that somebody wrote', async () => {
    const step = { fields: { hero: null, score: null, name: null }, leave: [fans] }
    expect(await push(changeOf('ada', step))).toMatchObject({ ada: { status: 'applied' } })
    expect((await read(['ada'], ['hero', 'name', 'note'], [fans, press])).get('ada')).toMatchObject({
      fields: { hero: null, name: null, note: null },
      memberships: [press],
    })
    expect(await push(changeOf('ada', step))).toMatchObject({ ada: { status: 'unchanged' } })
    await push(changeOf('bob', { fields: { hero: 'other' } }))
    expect((await read(['bob'], ['note'])).get('bob')?.fields).toEqual({ note: 'Met at the fair' })
  })

  it('pull: gives each change once, resumes within the same second, and tells of a new newsletter choice', async () => {
    const before = await pull(null)
    const own = about(before.records, 'ada').filter(({ id }) => id.startsWith('member:'))
    expect(own).toMatchObject([{ kind: 'contact', consent: true }])
    expect(about((await pull(before.cursor)).records, 'ada').map(({ id }) => id)).not.toContain(own[0]?.id)
    await push(changeOf('ada', { fields: { hero: 'one' } }))
    const one = await pull(before.cursor)
    await push(changeOf('ada', { fields: { hero: 'two' } }))
    const two = await pull(one.cursor)
    const heroes = [one, two].map(({ records }) =>
      about(records, 'ada').flatMap((record) =>
        record.kind === 'contact' && record.id.startsWith('member:') ? [record.fields.hero] : [],
      ),
    )
    expect(heroes).toEqual([['one'], ['two']])
  })

  it('pull: somebody who unsubscribes comes again, although Ghost leaves the time of change as it was', async () => {
    const before = await pull(null)
    const id = (await read(['bob'], [])).get('bob')?.remoteId
    const unsubscribed = await context('write').http({
      method: 'PUT',
      path: `/members/${id}/`,
      json: { members: [{ newsletters: [] }] },
      headers: { authorization: `Ghost ${tokenOf(adminKey, Date.now())}` },
      reply: z.object({ members: z.tuple([z.looseObject({ updated_at: z.string() })]) }),
    })
    expect(unsubscribed.body.members[0].updated_at).toBe(about(before.records, 'bob')[0]?.at)
    const after = await pull(before.cursor)
    expect(about(after.records, 'bob').at(-1)).toMatchObject({ consent: false, remoteId: id })
    await push(changeOf('bob', { create: true, fields: { hero: 'still not' } }))
    expect(about((await pull(null)).records, 'bob')[0]).toMatchObject({ consent: false })
  })

  it('webhook: is signed as declared, and what it hints at is read again', async () => {
    await push(changeOf('bob', { fields: { hero: 'by webhook' } }))
    const letter = await box.at?.letter(({ body }) => Buffer.from(body).includes('by webhook'))
    if (!letter || !ghost.webhook) throw new Error('no webhook came')
    const { settings } = context('read')
    expect(isProven(ghost.webhook.proof, settings, letter, Date.now())).toBe(true)
    const altered = { ...letter, body: Buffer.from(`${Buffer.from(letter.body)} `) }
    expect(isProven(ghost.webhook.proof, settings, altered, Date.now())).toBe(false)
    const hints = ghost.webhook.parse(settings, letter).flatMap((one) => (one.kind === 'hint' ? [one] : []))
    expect(await ghost.recall?.(context('read'), hints)).toMatchObject([
      { identifiers: [{ value: emailOf('bob') }], fields: { hero: 'by webhook' }, consent: false },
    ])
  })

  it('content and observedRules: what a new site has', async () => {
    const all = (await ghost.content?.(context('read'), '', 10)) ?? []
    expect(all.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['post', 'page']))
    expect((await ghost.content?.(context('read'), "no 'such' title\\", 10)) ?? []).toEqual([])
    const rules = (await ghost.observedRules?.(context('read'))) ?? []
    expect(rules.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['newsletter', 'tier']))
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
