import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { needsShared, shared, sharedText } from '../core/profile/shared.ts'
import type { Asked } from '../support/ask.ts'
import { first } from '../support/hub-at.ts'
import { type ServedBox, servedBox } from '../support/served-box.ts'
import * as wire from '../support/wire.ts'

const placement = {
  key: 'site-hero',
  channel: 'wcm',
  slot: 'lead-offer',
  fields: { headline: { type: 'text' } },
  fallback: { 'en-GB': { headline: 'New in' } },
}
let hub: ServedBox
beforeAll(async () => {
  hub = await servedBox({ registry: { slots: [{ key: 'lead-offer' }], placements: [placement] } })
})
afterAll(() => hub.close())
/** Some thousand requests a test, and other tests beside them. */
const patience = 120_000

/** Sends messages in batches as large as the hub takes them. */
const send = async (messages: readonly object[]) => {
  const refused: z.output<typeof wire.ingested>['refused'][number][] = []
  for (let at = 0; at < messages.length; at += 200) {
    const answer = await hub.read('/v1/batch', wire.ingested, { json: { batch: messages.slice(at, at + 200) } })
    refused.push(...answer.refused.map((one) => ({ ...one, index: one.index + at })))
  }
  return refused
}
const exported = z.object({ profile: wire.profile, timeline: wire.timeline.shape.entries })
/** What the three reads say of the one customer with this identifier. */
const readBack = async (identifier: string) => {
  const { id, traits } = await hub.customer(identifier)
  const { entries } = await hub.read(`/v1/profiles/${id}/timeline`, wire.timeline)
  const { profile, timeline } = await hub.read(`/v1/profiles/${id}/export`, exported)
  expect(profile.traits).toEqual(traits)
  expect(timeline).toEqual(entries)
  return { traits, entries }
}

const folder = (name: string) => join(shared ?? '', 'suites', 'json-test-suite', name)
/** Each file of the suite, as the bytes it is. */
const files = (name: string): readonly (readonly [string, Buffer])[] =>
  readdirSync(folder(name)).map((file) => [file, readFileSync(join(folder(name), file))])

/** Every route that reads a body as JSON. */
const readers: readonly string[] = [
  '/v1/decide',
  '/v1/batch',
  '/v1/track',
  '/ofrep/v1/evaluate/flags',
  '/v1/keys',
  '/v1/profiles/x/split',
  '/v1/connectors/x/phase',
]
const rawOf = (bytes: Uint8Array): Asked => ({ method: 'POST', raw: new Uint8Array(bytes) })

describe.skipIf(shared === undefined)(`the bodies of JSONTestSuite${needsShared}`, { timeout: patience }, () => {
  it.each(readers)('%s: none becomes an error of ours', async (path) => {
    for (const name of ['test_parsing', 'test_transform'])
      for (const [file, bytes] of files(name)) {
        const { status, headers } = await hub.ask(path, rawOf(bytes))
        expect({ file, ours: status >= 500 }).toEqual({ file, ours: false })
        expect(headers.get('content-type')).toContain('json')
      }
  })

  it('what must be read is read, what must not is not', async () => {
    const judged: Record<string, readonly [string, unknown]> = {}
    for (const [file, bytes] of files('test_parsing')) {
      const { body } = await hub.ask('/v1/decide', rawOf(bytes))
      judged[file] = [file.slice(0, 1), Object(body).type === '/problems/unreadable-body' ? 'n' : 'y']
    }
    const wrong = Object.entries(judged).filter(([, [wanted, got]]) => wanted !== 'i' && wanted !== got)
    expect(Object.keys(judged).length).toBeGreaterThan(300)
    expect(wrong).toEqual([])
  })

  it('a value that was accepted comes back unchanged', async () => {
    const good = [...files('test_parsing'), ...files('test_transform')].flatMap(([file, bytes]) => {
      if (!/^[a-z]*_/.test(file) || file.startsWith('n_')) return []
      const text = bytes.toString('utf8').replace(/^\uFEFF/, '')
      return Buffer.from(text).equals(bytes) && canParse(text) ? [{ file, text }] : []
    })
    const messages = good.flatMap(({ text }, i) => [
      `{"type":"track","userId":"json-${i}","event":"E","properties":{"value":${text}}}`,
      `{"type":"identify","userId":"json-${i}","traits":{"list":[${text}]}}`,
    ])
    const { refused } = await hub.read('/v1/imports', wire.ingested, { raw: `{"batch":[${messages.join()}]}` })
    const tooDeep = ['i_structure_500_nested_arrays.json']
    expect([...new Set(refused.map(({ index }) => good[index >> 1]?.file))]).toEqual(tooDeep)
    expect(good.length).toBeGreaterThan(100)
    for (const [i, { file, text }] of good.entries()) {
      if (tooDeep.includes(file)) continue
      const value: unknown = JSON.parse(JSON.stringify(JSON.parse(text)))
      const { traits, entries } = await readBack(`userId:json-${i}`)
      const { properties } = first(entries.filter(({ type }) => type === 'track'))
      expect({ file, properties, traits }).toEqual({ file, properties: { value }, traits: { list: [value] } })
    }
  })
})
const canParse = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** What a URL can hold. */
const isText = (text: string): boolean => !/\p{Cs}/u.test(text)
const isUserId = ({ type }: { readonly type: string }): boolean => type === 'userId'

describe.skipIf(shared === undefined)(`the big list of naughty strings${needsShared}`, { timeout: patience }, () => {
  const lone = ['\ud800', 'a\udfff', '\udc00\ud800']
  const controls = ['\0', 'a\0b', '\u0001', '\u007f', '\u0085', '\u2028', '\ufeff', '\uffff']
  const strings = (): readonly string[] => [...new Set(listed())]
  const listed = (): readonly string[] => [
    ...z
      .array(z.string())
      .parse(JSON.parse(sharedText('suites', 'blns', 'blns.base64.json')))
      .map((text) => Buffer.from(text, 'base64').toString('utf8')),
    ...lone,
    ...controls,
  ]

  it('as trait, event, property and message id: what was accepted comes back unchanged', async () => {
    const wanted = strings().map((text, i) => ({ text, userId: `naughty-${i}` }))
    const messages = wanted.flatMap(({ text, userId }) => [
      { type: 'identify', userId, traits: { firstName: text, list: [text, { [text]: text }], [text]: text } },
      { type: 'track', userId, event: `E${text}`, messageId: `m${text}`, properties: { [text]: text, event: text } },
    ])
    const refused = new Set((await send(messages)).map(({ index }) => index))
    for (const [i, { text, userId }] of wanted.entries()) {
      const { traits, entries } = await readBack(`userId:${userId}`)
      if (!refused.has(2 * i)) {
        expect({ i, traits }).toMatchObject({ i, traits: { firstName: text, list: [text, { [text]: text }] } })
        const path = /(^|\.)(__proto__|constructor|prototype)(\.|$)/.test(text) ? undefined : text
        expect({ i, named: Object.hasOwn(traits, text) ? traits[text] : undefined }).toEqual({ i, named: path })
      }
      if (!refused.has(2 * i + 1)) {
        const { event, messageId, properties } = first(entries.filter(({ type }) => type === 'track'))
        expect({ i, event, messageId }).toEqual({ i, event: `E${text}`, messageId: `m${text}` })
        expect({ i, properties }).toEqual({ i, properties: { [text]: text, event: text } })
      }
    }
    const halves = [...refused].map((index) => messages[index]?.event)
    expect(halves).toEqual(lone.map((text) => `E${text}`))
  })

  it('as identifiers: whoever is found by one is the one who stated it', async () => {
    const wanted = strings().map((text, i) => ({ text, anonymousId: `naughty-${i}` }))
    const messages = wanted.map(({ text, anonymousId }) => ({ type: 'page', userId: text, anonymousId }))
    const refused = new Set((await send(messages)).map(({ index }) => index))
    for (const [i, { text, anonymousId }] of wanted.entries()) {
      if (refused.has(i)) continue
      const named = (await hub.customer(`anonymousId:${anonymousId}`)).identifiers.filter(
        ({ type }) => type === 'userId',
      )
      const found = isText(text) ? await hub.named(`userId:${text}`) : []
      expect({ i, named }).toEqual({ i, named: found.flatMap(({ identifiers }) => identifiers.filter(isUserId)) })
      if (named.length > 0) expect(named).toEqual([{ type: 'userId', value: text.trim().normalize('NFC') }])
    }
    expect([...refused].map((index) => wanted[index]?.text)).toEqual(lone)
  })

  const paths: readonly ((part: string) => string)[] = [
    (part) => `/v1/profiles/${part}/explain?slot=${part}`,
    (part) => `/v1/profiles?identifier=${part}:${part}&cursor=${part}&limit=${part}`,
    (part) => `/v1/connectors/${part}/shadow?cursor=${part}`,
    (part) => `/v1/hooks/${part}`,
    (part) => `/${part}`,
  ]
  it('as parts of an address: none becomes an error of ours', async () => {
    for (const text of strings().filter(isText))
      for (const path of paths) {
        const address = path(encodeURIComponent(text))
        const { status } = await hub.ask(address)
        expect({ address, ours: status >= 500 && status !== 501 }).toEqual({ address, ours: false })
      }
  })

  const questions: readonly ((text: string) => readonly [string, Asked])[] = [
    (text) => ['/v1/decide', { json: { profile: { userId: text, [text]: text }, context: { [text]: text } } }],
    (text) => ['/v1/decide', { json: { profile: { email: text }, placements: [text], locale: text } }],
    (text) => ['/ofrep/v1/evaluate/flags', { json: { context: { targetingKey: text, locale: text, [text]: text } } }],
    (text) => ['/v1/keys', { json: { name: text, scopes: [text], origins: [text] } }],
    (text) => ['/v1/batch', { json: { batch: [{ [text]: text }, text], sentAt: text, writeKey: text } }],
    (text) => ['/v1/decide', { json: {}, key: undefined, headers: { 'x-api-key': encodeURIComponent(text) } }],
  ]
  it('as questions: none becomes an error of ours', async () => {
    for (const text of strings())
      for (const question of questions.filter((_, i) => i < 5 || isText(text))) {
        const [path, asked] = question(text)
        const { status } = await hub.ask(path, asked)
        expect({ text, path, ours: status >= 500 }).toEqual({ text, path, ours: false })
      }
  })
})
