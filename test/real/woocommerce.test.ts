import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { loadConnector } from '../../core/host/catalogue.ts'
import { isProven } from '../../core/host/proof.ts'
import { openLetterbox } from './letterbox.ts'
import { realTool } from './tool.ts'

const {
  LEITSTERN_WOOCOMMERCE_URL: url = '',
  LEITSTERN_WOOCOMMERCE_KEY: consumerKey = '',
  LEITSTERN_WOOCOMMERCE_SECRET: consumerSecret = '',
  LEITSTERN_WOOCOMMERCE_HOOKS: hooks = '',
} = process.env
const needsShop =
  url && consumerKey && consumerSecret ? '' : ' (skipped: LEITSTERN_WOOCOMMERCE_URL, _KEY and _SECRET are not all set)'
const needsHooks = hooks ? '' : ' (skipped: LEITSTERN_WOOCOMMERCE_HOOKS is not set)'

const woocommerce = await loadConnector('woocommerce')
const webhookSecret = 'leitstern-test'
const tool = realTool(woocommerce, { url, consumerKey, consumerSecret, webhookSecret })
const { emailOf, context, changeOf, push, erase, pull, about } = tool
const all = ['segment', 'score', 'vip', 'code', 'first_name', 'billing_phone']
const read = (...names: readonly string[]) => tool.read(names, all)

/** What the shop's administrator would do. */
const ask = async <T>(method: string, path: string, body: object | undefined, reply: z.ZodType<T>): Promise<T> => {
  const authorization = `Basic ${Buffer.from(`${consumerKey}:${consumerSecret}`).toString('base64')}`
  const headers = { authorization, 'content-type': 'application/json' }
  const sent = body ? { body: JSON.stringify(body) } : {}
  const response = await fetch(`${url}/wp-json/wc/v3${path}`, { method, headers, ...sent })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: answered ${response.status}: ${text}`)
  return reply.parse(JSON.parse(text))
}
const named = z.object({ id: z.number() })
const metas = z.object({ meta_data: z.array(z.object({ key: z.string(), value: z.unknown() })) })
const metaOf = async (id: string) => {
  const { meta_data } = await ask('GET', `/customers/${id}`, undefined, metas)
  return Object.fromEntries(meta_data.map(({ key, value }) => [key, value]))
}
/** A paid order for two headphones at 129.90. */
const orderFor = async (email: string, customer_id: number, product_id: number) => {
  const billing = { email, last_name: 'Byron' }
  const order = {
    status: 'processing',
    set_paid: true,
    customer_id,
    billing,
    line_items: [{ product_id, quantity: 2 }],
  }
  return (await ask('POST', '/orders', order, named)).id
}

const hook = named.extend({ name: z.string() })
/** Without them the shop would go on calling, and disable them after five calls that nobody answers. */
const removeHooks = async () => {
  const there = await ask('GET', '/webhooks?per_page=100', undefined, z.array(hook))
  for (const { id, name } of there)
    if (name.startsWith('Leitstern ')) await ask('DELETE', `/webhooks/${id}?force=true`, undefined, named)
}

describe.skipIf(needsShop !== '')(`WooCommerce itself${needsShop}`, { timeout: 120_000 }, () => {
  beforeAll(removeHooks)
  afterAll(async () => {
    await erase('ada', 'bob', 'guest')
  })

  it('check: names the shop, and fails as auth with a wrong secret', async () => {
    expect((await woocommerce.check(context('read'))).account).toContain('http')
    const wrong = context('read', { consumerSecret: 'cs_wrong' })
    await expect(woocommerce.check(wrong)).rejects.toMatchObject({ kind: 'auth' })
  })

  it('push: creates, updates, skips and rejects side by side, and read gives it back', async () => {
    const fields = { first_name: 'Ada', segment: 'Grüße 🎧\n"so" \\ <b>', score: 12.5, vip: false, code: '007' }
    const bad = changeOf('bad', { create: true })
    const first = await push(
      changeOf('ada', { create: true, fields: { ...fields, billing_phone: '+49 30 1' } }),
      changeOf('stranger', { fields: { segment: 'x' } }),
      changeOf('hidden', { create: true, fields: { _segment: 'x' } }),
      { ...bad, contact: { id: 'bad', key: { type: 'email', value: 'nobody@localhost' } } },
      changeOf('bob', { create: true, fields: { segment: 'vip' } }),
    )
    expect(first).toMatchObject({
      ada: { status: 'applied' },
      stranger: { status: 'skipped' },
      hidden: { status: 'rejected', field: '_segment' },
      bad: { status: 'rejected' },
      bob: { status: 'applied' },
    })
    const held = await read('ada', 'bob', 'stranger')
    expect(held.get('ada')?.fields).toEqual({ ...fields, billing_phone: '+49 30 1' })
    expect(held.get('bob')).toMatchObject({ fields: { segment: 'vip', score: null, first_name: null } })
    expect(held.get('stranger')).toBeNull()
  })

  it('push: a name that the shop cleans is not reported as kept', async () => {
    const receipts = await push(changeOf('bob', { fields: { first_name: 'Bob <b>Bold</b>' } }))
    expect(receipts.bob).toMatchObject({ status: 'rejected', field: 'first_name' })
  })

  it('push: meta are kept by their key; null removes one, an empty text would not', async () => {
    const id = (await read('ada')).get('ada')?.remoteId ?? ''
    await ask('PUT', `/customers/${id}`, { meta_data: [{ key: 'own', value: 'of the shop' }] }, named)
    await ask('PUT', `/customers/${id}`, { meta_data: [{ key: 'blank', value: '' }] }, named)
    expect(await push(changeOf('ada', { fields: { segment: null, score: 7 } }))).toMatchObject({
      ada: { status: 'applied', remoteId: id },
    })
    const left = await metaOf(id)
    expect(left).toMatchObject({ own: 'of the shop', blank: '', score: '7', code: '007' })
    expect(left).not.toHaveProperty('segment')
    await push(changeOf('ada', { fields: { blank: '' } }))
    expect(await metaOf(id)).not.toHaveProperty('blank')
  })

  it('push: an unknown meta of an earlier push is updated and not doubled', async () => {
    const id = (await read('bob')).get('bob')?.remoteId ?? ''
    for (const segment of ['one', 'two']) await push(changeOf('bob', { fields: { segment } }))
    const { meta_data } = await ask('GET', `/customers/${id}`, undefined, metas)
    expect(meta_data.filter(({ key }) => key === 'segment').map(({ value }) => value)).toEqual(['two'])
  })

  it('pull: orders come once, of customers and guests, and customers as they are', async () => {
    const before = await pull(null)
    const bob = Number((await read('bob')).get('bob')?.remoteId)
    const product = { name: 'Headphones', type: 'simple', regular_price: '129.90', sku: `HP-${tool.run}` }
    const { id } = await ask('POST', '/products', product, named)
    await orderFor(emailOf('bob'), bob, id)
    await orderFor(emailOf('guest'), 0, id)
    const { records, cursor } = await pull(before.cursor)
    const completed = {
      event: 'Order Completed',
      properties: { revenue: 259.8, products: [{ sku: product.sku, price: 129.9, quantity: 2 }] },
    }
    expect(about(records, 'guest')).toMatchObject([completed])
    expect(about(records, 'bob').filter(({ kind }) => kind === 'event')).toMatchObject([completed])
    expect(about(records, 'ada')).toMatchObject([{ kind: 'contact', fields: { score: 7, vip: false, code: '007' } }])
    expect(about((await pull(cursor)).records, 'guest')).toEqual([])
  })

  it.skipIf(needsHooks !== '')(
    `webhook: made by setup, pings unsigned, then proves what it says${needsHooks}`,
    async () => {
      const letterbox = await openLetterbox(Number(hooks))
      const own = { webhookUrl: letterbox.url }
      const needs = { fields: [], memberships: [] }
      const first = await woocommerce.setup?.(context('setup', own), needs)
      expect(first?.created).toHaveLength(4)
      expect((await woocommerce.setup?.(context('setup', own), needs))?.created).toEqual([])
      await push(changeOf('ada', { fields: { first_name: 'Augusta' } }))
      const [ping, told] = await Promise.all([
        letterbox.letter(({ body }) => Buffer.from(body).includes('webhook_id=')),
        letterbox.letter(({ headers }) => headers['x-wc-webhook-topic'] === 'customer.updated'),
      ])
      await letterbox.close()
      await removeHooks()
      const { webhook } = woocommerce
      const settings = woocommerce.settings.parse({ url, consumerKey, consumerSecret, webhookSecret })
      expect(webhook?.isPing?.(settings, ping)).toBe(true)
      expect(webhook && isProven(webhook.proof, settings, ping, Date.now())).toBe(false)
      expect(webhook?.isPing?.(settings, told)).toBe(false)
      expect(webhook && isProven(webhook.proof, settings, told, Date.now())).toBe(true)
      expect(
        about(
          (webhook?.parse(settings, told) ?? []).flatMap((found) => (found.kind === 'hint' ? [] : [found])),
          'ada',
        ),
      ).toMatchObject([{ kind: 'contact', fields: { first_name: 'Augusta', score: 7 } }])
    },
  )

  it('observedRules: coupons are read', async () => {
    const code = `vip-${tool.run}`
    const coupon = { code, amount: '10', discount_type: 'percent', email_restrictions: ['*@example.test'] }
    const { id } = await ask('POST', '/coupons', coupon, named)
    const rules = (await woocommerce.observedRules?.(context('read'))) ?? []
    expect(rules.find(({ name }) => name === code)).toMatchObject({ active: true, says: '10.00 percent' })
    await ask('DELETE', `/coupons/${id}?force=true`, undefined, named)
  })

  it('erase: removes accounts and takes persons out of their orders, guests too', async () => {
    expect(await erase('bob', 'guest', 'stranger')).toMatchObject({
      bob: { status: 'applied' },
      guest: { status: 'applied' },
      stranger: { status: 'unchanged' },
    })
    const held = await read('ada', 'bob')
    expect([held.get('ada') !== null, held.get('bob')]).toEqual([true, null])
    const { records } = await pull(null)
    for (const name of ['bob', 'guest']) expect(JSON.stringify(records)).not.toContain(emailOf(name))
    expect(await erase('bob', 'guest')).toMatchObject({ bob: { status: 'unchanged' }, guest: { status: 'unchanged' } })
  })
})
