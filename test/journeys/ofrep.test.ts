import { ErrorCode, type EvaluationContext } from '@openfeature/core'
import { OFREPProvider } from '@openfeature/ofrep-provider'
import { OpenFeature } from '@openfeature/server-sdk'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { behind } from '../../core/api/problem.ts'
import { needsShared, shared, sharedText } from '../core/profile/shared.ts'
import type { Answered, Asked } from '../support/ask.ts'
import { servedHub } from '../support/served.ts'
import { type ServedBox, servedBox } from '../support/served-box.ts'

const text = { type: 'text' }
const placement = (key: string) => ({
  key,
  channel: 'wcm',
  slot: 'lead-offer',
  fields: { headline: text, offer: text, decisionId: text },
  fallback: { 'en-GB': { headline: 'New in' }, 'de-DE': { headline: 'Neu bei uns' } },
})
const registry = {
  slots: [
    { key: 'lead-offer', hold: '7d' },
    { key: 'weather', scope: 'request' },
  ],
  placements: [placement('site-hero'), placement('shop-banner'), { ...placement('site-note'), slot: 'weather' }],
  offers: [
    {
      key: 'gold-club',
      content: {
        default: {
          'en-GB': { headline: 'For you, {{ firstName }}', offer: 'not the offer', decisionId: 'not the decision' },
          'de-DE': { headline: 'Für dich, {{ firstName }}' },
        },
      },
    },
    { key: 'umbrella', content: { default: { 'en-GB': { headline: 'Stay dry' }, 'de-DE': { headline: 'Schirm' } } } },
  ],
  rules: [
    { key: 'gold', slot: 'lead-offer', when: { trait: 'plan', is: 'gold' }, offer: 'gold-club' },
    { key: 'rain', slot: 'weather', when: { context: 'weather', is: 'rain' }, offer: 'umbrella' },
  ],
}

let hub: ServedBox
beforeAll(async () => {
  hub = await servedBox({ registry })
  const traits = { plan: 'gold', firstName: 'Ada', email: 'ada@example.test' }
  await hub.box.say({ type: 'identify', userId: 'u1', anonymousId: 'a1', traits })
  const clientOf = async (domain: string, key: string) => {
    const headers: [string, string][] = [['Authorization', `Bearer ${key}`]]
    await OpenFeature.setProviderAndWait(domain, new OFREPProvider({ baseUrl: hub.url, headers }))
  }
  await clientOf('good', hub.key)
  await clientOf('guessed', 'guessed')
})
afterAll(async () => {
  await OpenFeature.close()
  await hub.close()
})

const detailsOf = (flag: string, context: EvaluationContext, domain = 'good') =>
  OpenFeature.getClient(domain).getObjectDetails(flag, { theirs: true }, context)

describe('the unmodified OpenFeature client and its OFREP provider', () => {
  const names = ['u1', 'userId:u1', 'anonymousId:a1', 'email:Ada@Example.test']
  it.each(names)('reads the decision of %s', async (targetingKey) => {
    const { value, variant, reason, flagMetadata, errorCode } = await detailsOf('site-hero', { targetingKey })
    const [stored] = (await hub.decide({ profile: { userId: 'u1' }, placements: ['site-hero'] })).decisions
    expect(value).toEqual({ headline: 'For you, Ada', offer: 'gold-club', decisionId: stored?.decisionId })
    expect({ variant, reason, errorCode }).toEqual({ variant: 'gold-club', reason: 'TARGETING_MATCH' })
    expect(flagMetadata).toMatchObject({ slot: 'lead-offer', rule: 'gold' })
  })

  it('gets the value alone, too', async () => {
    const value = await OpenFeature.getClient('good').getObjectValue('shop-banner', {}, { targetingKey: 'u1' })
    expect(value).toMatchObject({ offer: 'gold-club' })
  })

  it('reads the fallback of somebody nobody knows, and that it is one', async () => {
    const { value, variant, reason } = await detailsOf('site-hero', { targetingKey: 'stranger' })
    expect(value).toEqual({ headline: 'New in', offer: null, decisionId: null })
    expect({ variant, reason }).toEqual({ variant: 'fallback', reason: 'DEFAULT' })
  })

  it('has the rest of the context count, and the locale in it', async () => {
    const context = { targetingKey: 'u1', weather: 'rain', locale: 'de-DE' }
    expect((await detailsOf('site-note', context)).value).toMatchObject({ offer: 'umbrella', headline: 'Schirm' })
    expect((await detailsOf('site-note', { targetingKey: 'u1' })).value).toMatchObject({ offer: null })
  })

  const failures: readonly (readonly [string, string, EvaluationContext, string, ErrorCode])[] = [
    ['an unknown flag', 'attic', { targetingKey: 'u1' }, 'good', ErrorCode.FLAG_NOT_FOUND],
    ['a flag of a prototype', '__proto__', { targetingKey: 'u1' }, 'good', ErrorCode.FLAG_NOT_FOUND],
    ['no targeting key', 'site-hero', {}, 'good', ErrorCode.TARGETING_KEY_MISSING],
    ['a type without a value', 'site-hero', { targetingKey: 'email:' }, 'good', ErrorCode.INVALID_CONTEXT],
    ['a key that nobody gave out', 'site-hero', { targetingKey: 'u1' }, 'guessed', ErrorCode.GENERAL],
  ]
  it.each(failures)('falls back to its own default: %s', async (_, flag, context, domain, code) => {
    expect(await detailsOf(flag, context, domain)).toMatchObject({
      value: { theirs: true },
      errorCode: code,
      reason: 'ERROR',
    })
  })

  it('stays away for as long as a 429 says', async () => {
    let asked = 0
    const busy = await servedHub({
      decide: async () => {
        asked += 1
        throw behind(60)
      },
    })
    const headers: [string, string][] = [['X-API-Key', 'key-decide']]
    await OpenFeature.setProviderAndWait('busy', new OFREPProvider({ baseUrl: busy.url, headers }))
    const first = await detailsOf('mail-hero', { targetingKey: 'u1' }, 'busy')
    const second = await detailsOf('mail-hero', { targetingKey: 'u1' }, 'busy')
    await busy.stop()
    expect([first.errorMessage, second.errorMessage]).toEqual([
      expect.stringContaining('rate limit exceeded, try again after'),
      expect.stringContaining('paused due to TooManyRequests'),
    ])
    expect(asked).toBe(1)
  })
})

const bulk = '/ofrep/v1/evaluate/flags'
const single = `${bulk}/site-hero`
const question = (context: unknown): Asked => ({ json: { context } })
const ada = question({ targetingKey: 'u1' })

describe('evaluating all flags', () => {
  it('answers every placement, as each is answered alone', async () => {
    const { body } = await hub.ask(bulk, ada)
    const alone = await Promise.all(registry.placements.map(({ key }) => hub.ask(`${bulk}/${key}`, ada)))
    expect(body).toEqual({
      flags: alone.map((one) => one.body),
      metadata: { revision: expect.any(String) },
    })
  })

  const tags: readonly (readonly [string, (tag: string) => string, number])[] = [
    ['its own', (tag) => tag, 304],
    ['its own as a weak one', (tag) => `W/${tag}`, 304],
    ['a list with its own', (tag) => `"x", ${tag}`, 304],
    ['a star', () => '*', 304],
    ['another', () => '"x"', 200],
    ['its own without quotes', (tag) => tag.replaceAll('"', ''), 200],
  ]
  it.each(tags)('is told with a strong tag; If-None-Match: %s', async (_, named, status) => {
    const tag = (await hub.ask(bulk, ada)).headers.get('etag') ?? ''
    expect(tag).toMatch(/^"[\w-]{43}"$/)
    const again = await hub.ask(bulk, { ...ada, headers: { 'if-none-match': named(tag) } })
    expect([again.status, again.headers.get('etag')]).toEqual([status, tag])
    if (status === 304) expect(again.text).toBe('')
  })

  it('has another tag for another customer, and for the same one when the decision has changed', async () => {
    const tagOf = async () => (await hub.ask(bulk, question({ targetingKey: 'u2' }))).headers.get('etag')
    const [ofAda, before] = [(await hub.ask(bulk, ada)).headers.get('etag'), await tagOf()]
    await hub.box.say({ type: 'identify', userId: 'u2', traits: { plan: 'gold', firstName: 'Bob' } })
    const after = await tagOf()
    expect(new Set([ofAda, before, after]).size).toBe(3)
    expect(await tagOf()).toBe(after)
  })

  it('needs the scope decide', async () => {
    const created = z.object({ key: z.string() })
    const { key } = await hub.read('/v1/keys', created, { json: { name: 'web', scopes: ['ingest'] } })
    expect((await hub.ask(bulk, { ...ada, key })).status).toBe(403)
  })
})

describe('a page with a public key', () => {
  const origin = 'https://shop.example'
  const pageAsks = async (context: unknown) => {
    const json = { name: 'page', scopes: ['decide'], origins: [origin] }
    const { key } = await hub.read('/v1/keys', z.object({ key: z.string() }), { json })
    return hub.ask(single, { ...question(context), key, headers: { origin } })
  }

  it('evaluates for its visitor, and is not told by which rule', async () => {
    const { status, body, headers } = await pageAsks({ targetingKey: 'anonymousId:a1' })
    expect(status).toBe(200)
    expect(body).toMatchObject({ value: { offer: 'gold-club' }, metadata: { slot: 'lead-offer' } })
    expect(body).not.toHaveProperty('metadata.rule')
    expect(body).not.toHaveProperty('metadata.code')
    expect(headers.get('access-control-allow-origin')).toBe(origin)
  })

  it.each(['u1', 'email:ada@example.test'])('evaluates for nobody else: %s', async (targetingKey) => {
    const { status, body } = await pageAsks({ targetingKey })
    expect([status, body]).toEqual([403, expect.objectContaining({ key: 'site-hero', errorCode: 'GENERAL' })])
  })
})

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
/**
 * The protocol's schemas, with two slips of theirs put right: `codeDefaultFlag` says in words that it has no value, but
 * fits every flag, so that no flag at all is exactly one of the kinds; and the list of reasons lacks DEFAULT, which the
 * OpenFeature specification has.
 */
const corrected = (name: string, value: unknown): unknown => {
  if (name === 'codeDefaultFlag') return { not: { required: ['value'] } }
  if (name === 'reason' && isObject(value) && Array.isArray(value.enum))
    return { ...value, enum: [...value.enum, 'DEFAULT'] }
  if (Array.isArray(value)) return value.map((item) => corrected('', item))
  return isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, corrected(key, inner)]))
    : value
}

describe.skipIf(shared === undefined)(`answers as the protocol's own schemas have them${needsShared}`, () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  beforeAll(() => {
    const document: unknown = parse(sharedText('suites', 'ofrep', 'service', 'openapi.yaml'))
    ajv.addSchema(z.looseObject({}).parse(corrected('', document)), 'ofrep')
  })

  type Want = readonly [name: string, path: string, asked: Asked, status: number, schema: string]
  const wants: readonly Want[] = [
    ['a decision', single, ada, 200, 'serverEvaluationSuccess'],
    ['a fallback', single, question({ targetingKey: 'stranger' }), 200, 'serverEvaluationSuccess'],
    ['all flags', bulk, ada, 200, 'bulkEvaluationSuccess'],
    ['an unknown flag', `${bulk}/attic`, ada, 404, 'flagNotFound'],
    ['no targeting key', single, question({}), 400, 'evaluationFailure'],
    ['an empty targeting key', single, question({ targetingKey: '' }), 400, 'evaluationFailure'],
    ['no targeting key for all', bulk, question({}), 400, 'bulkEvaluationFailure'],
    ['a targeting key that is a number', single, question({ targetingKey: 1 }), 400, 'evaluationFailure'],
    ['a context that is a list', single, question([]), 400, 'evaluationFailure'],
    ['no context', bulk, { json: {} }, 400, 'bulkEvaluationFailure'],
    ['no JSON', single, { raw: '{' }, 400, 'evaluationFailure'],
    ['no JSON for all', bulk, { raw: '{' }, 400, 'bulkEvaluationFailure'],
    ['no body', bulk, { method: 'POST' }, 400, 'bulkEvaluationFailure'],
    ['no key', single, { ...ada, key: undefined }, 401, 'generalErrorResponse'],
  ]
  const held = ({ status, body, headers }: Answered, schema: string) => {
    const fits = ajv.compile({ $ref: `ofrep#/components/schemas/${schema}` })
    return { status, type: headers.get('content-type')?.split(';')[0], fits: fits(body), errors: fits.errors }
  }
  it.each(wants)('%s', async (_, path, asked, status, schema) => {
    const good = { status, type: 'application/json', fits: true, errors: null }
    expect(held(await hub.ask(path, asked), schema)).toEqual(good)
  })

  const codes: readonly (readonly [string, Asked, string])[] = [
    ['no targeting key', question({}), 'TARGETING_KEY_MISSING'],
    ['a context that does not fit', question({ targetingKey: 1 }), 'INVALID_CONTEXT'],
    ['no JSON', { raw: '{' }, 'PARSE_ERROR'],
  ]
  it.each(codes)('%s has its code', async (_, asked, errorCode) => {
    expect((await hub.ask(single, asked)).body).toMatchObject({ key: 'site-hero', errorCode })
    expect((await hub.ask(bulk, asked)).body).toMatchObject({ errorCode })
  })

  it('an error of the hub itself', async () => {
    const broken = await servedHub({ decide: () => Promise.reject(new Error('inside')) })
    const answer = await broken.ask(bulk, { ...ada, key: 'key-decide' })
    await broken.stop()
    expect(held(answer, 'generalErrorResponse')).toMatchObject({ status: 500, fits: true })
    expect(answer.text).not.toContain('inside')
  })
})
