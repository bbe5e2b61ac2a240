import { describe, expect, it, vi } from 'vitest'
import { programOf } from './given.ts'

const text = { type: 'text', max: 30, required: true }
const fields = { headline: text, url: { type: 'url' }, price: { type: 'number' } }
const fallback = {
  'de-DE': { headline: 'Neu bei uns', url: '/de/neu' },
  'en-GB': { headline: 'New in', url: '/en/new' },
}
const written = (offers: readonly object[], changed: object = {}) => ({
  slots: [{ key: 'lead' }],
  placements: [
    { key: 'hero', channel: 'email', slot: 'lead', fields, fallback, ...changed },
    { key: 'strip', channel: 'email', slot: 'lead', fields: { headline: text }, fallback },
    { key: 'page', channel: 'wcm', slot: 'lead', fields: { headline: text }, fallback },
  ],
  offers,
})
const none = () => undefined
const reading = (values: Readonly<Record<string, unknown>>) => (trait: string) =>
  Object.hasOwn(values, trait) ? values[trait] : undefined
/** What one German headline becomes. */
const rendered = (headline: string, values: Readonly<Record<string, unknown>> = {}, changed: object = {}) =>
  programOf(written([{ key: 'o', content: { default: { 'de-DE': { headline } } } }], changed)).render(
    'o',
    'hero',
    'de-DE',
    reading(values),
  )?.fields.headline ?? null

describe('content', () => {
  const care = {
    key: 'care',
    content: {
      default: {
        'de-DE': { headline: 'Pflege', url: '/de/pflege' },
        'de-AT': { headline: 'Pflege, gell' },
        en: { headline: 'Care', url: '/en/care' },
      },
      email: { 'de-DE': { headline: 'Pflege per Mail' } },
      strip: { 'de-DE': { headline: 'Pflege!' }, 'en-GB': { headline: 'Care!' } },
    },
  }
  const english = { key: 'english', content: { default: { 'en-GB': { headline: 'Only here', url: '/en' } } } }
  const bare = { key: 'bare', content: { default: { 'de-DE': { url: '/de' } } } }
  const program = programOf(written([care, english, bare]))
  it.each([
    { offer: 'care', placement: 'page', locale: 'de-DE', is: { locale: 'de-DE', fields: { headline: 'Pflege' } } },
    {
      offer: 'care',
      placement: 'page',
      locale: 'de-AT',
      is: { locale: 'de-AT', fields: { headline: 'Pflege, gell' } },
    },
    {
      offer: 'care',
      placement: 'page',
      locale: 'de_at',
      is: { locale: 'de-AT', fields: { headline: 'Pflege, gell' } },
    },
    { offer: 'care', placement: 'page', locale: 'de-CH', is: { locale: 'de-DE', fields: { headline: 'Pflege' } } },
    { offer: 'care', placement: 'page', locale: 'en-US', is: { locale: 'en', fields: { headline: 'Care' } } },
    { offer: 'care', placement: 'page', locale: 'fr-FR', is: { locale: 'de-DE', fields: { headline: 'Pflege' } } },
    { offer: 'care', placement: 'page', locale: null, is: { locale: 'de-DE', fields: { headline: 'Pflege' } } },
    {
      offer: 'care',
      placement: 'hero',
      locale: 'de-DE',
      is: { locale: 'de-DE', fields: { headline: 'Pflege per Mail', url: '/de/pflege' } },
    },
    { offer: 'care', placement: 'strip', locale: 'de-DE', is: { locale: 'de-DE', fields: { headline: 'Pflege!' } } },
    { offer: 'care', placement: 'strip', locale: 'en-GB', is: { locale: 'en-GB', fields: { headline: 'Care!' } } },
    {
      offer: 'english',
      placement: 'page',
      locale: 'en-GB',
      is: { locale: 'en-GB', fields: { headline: 'Only here' } },
    },
    { offer: 'english', placement: 'page', locale: 'de-DE', is: null },
    { offer: 'bare', placement: 'hero', locale: 'de-DE', is: null },
    { offer: 'gone', placement: 'hero', locale: 'de-DE', is: null },
  ])('content: $offer in $placement for $locale', ({ offer, placement, locale, is }) => {
    expect(program.render(offer, placement, locale, none)).toEqual(is)
  })

  it.each([
    { locale: 'de-AT', is: { locale: 'de-DE', fields: { headline: 'Neu bei uns', url: '/de/neu' } } },
    { locale: 'en-US', is: { locale: 'en-GB', fields: { headline: 'New in', url: '/en/new' } } },
    { locale: null, is: { locale: 'de-DE', fields: { headline: 'Neu bei uns', url: '/de/neu' } } },
  ])('content: the fallback for $locale', ({ locale, is }) => {
    expect(program.fallback('hero', locale)).toEqual(is)
  })

  it('content: a placement that nobody declared is refused by name', () => {
    expect(() => program.fallback('footer', null)).toThrow(/placement "footer"/)
    expect(() => program.render('care', 'footer', null, none)).toThrow(/placement "footer"/)
  })
})

describe('a text', () => {
  const endsAt = '2026-11-21T23:30:00.000Z'
  it.each([
    { headline: 'Hallo {{ firstName }}', values: { firstName: 'Ada' }, is: 'Hallo Ada' },
    { headline: 'Hallo {{ firstName }}', values: {}, is: null },
    { headline: 'Hallo {{ firstName }}', values: { firstName: null }, is: null },
    { headline: 'Hallo {{ firstName | default: "du" }}', values: {}, is: 'Hallo du' },
    { headline: '{% if firstName %}Hallo {{ firstName }}{% else %}Hallo{% endif %}', values: {}, is: 'Hallo' },
    { headline: '{% if vip %}Danke{% endif %} {{ firstName }}', values: { vip: true }, is: null },
    { headline: '{{ firstName | append: country }}', values: { firstName: 'Ada' }, is: null },
    {
      headline: 'Bis {{ subscription.endsAt | date: "%d.%m. %H:%M" }}',
      values: { 'subscription.endsAt': endsAt },
      is: 'Bis 22.11. 00:30',
    },
    { headline: '{{ birthday | date: "%d. %B" }}', values: { birthday: '1990-03-01' }, is: '01. März' },
    { headline: '{{ "now" | date: "%Y" }}', values: {}, is: 'now' },
    { headline: '{{ tags | join: ", " }} ({{ tags.size }})', values: { tags: ['a', 'b'] }, is: 'a, b (2)' },
    { headline: '{{ firstName }}', values: { firstName: '<b>&' }, is: '<b>&' },
    { headline: '{{ firstName }}', values: { firstName: '{{ country }}' }, is: '{{ country }}' },
    { headline: '{{ constructor }}{{ firstName }}', values: { firstName: 'Ada' }, is: null },
    { headline: '{{ firstName.constructor | default: "-" }}', values: { firstName: 'Ada' }, is: '-' },
    { headline: '{{ tags.constructor.name | default: "-" }}', values: { tags: ['a'] }, is: '-' },
    { headline: '{{ age }} / {{ vip }}', values: { age: 3.5, vip: false }, is: '3.5 / false' },
    { headline: '{{ firstName | default: "" }}', values: {}, is: null },
    { headline: 'Grüße, {{ firstName }}', values: { firstName: 'x'.repeat(22) }, is: `Grüße, ${'x'.repeat(22)}` },
    { headline: 'Grüße, {{ firstName }}', values: { firstName: 'x'.repeat(24) }, is: null },
    { headline: '👍'.repeat(30), values: {}, is: '👍'.repeat(30) },
    { headline: '{{ firstName | slice: 0, 2 | upcase }}', values: { firstName: 'ada' }, is: 'AD' },
    { headline: '{% comment %}{{ firstName }}{% endcomment %}Hallo', values: {}, is: 'Hallo' },
  ])('text: $headline with $values is $is', ({ headline, values, is }) => {
    expect(rendered(headline, values)).toBe(is)
  })

  it.each([
    { url: '/de/{{ firstName }}', is: '/de/Ada' },
    { url: 'https://shop.example/{{ firstName }}', is: 'https://shop.example/Ada' },
    { url: 'javascript:alert(1)//{{ firstName }}', is: null },
    { url: '{{ firstName }}', is: null },
    { url: '/de/neu {{ firstName }}', is: null },
  ])('text: a url field takes an address, $url: $is', ({ url, is }) => {
    const offer = { key: 'o', content: { default: { 'de-DE': { headline: 'Neu', url } } } }
    const content = programOf(written([offer])).render('o', 'hero', 'de-DE', reading({ firstName: 'Ada' }))
    expect(content?.fields.url ?? null).toBe(is)
  })

  it.each([
    { price: '{{ age | times: 2 }}', is: '6' },
    { price: '{{ age }} €', is: null },
    { price: '{{ firstName | default: "" }}', is: undefined },
  ])('text: a number field takes a number, $price: $is', ({ price, is }) => {
    const offer = { key: 'o', content: { default: { 'de-DE': { headline: 'Neu', price } } } }
    const content = programOf(written([offer])).render('o', 'hero', 'de-DE', reading({ age: 3 }))
    expect(content === null ? null : content.fields.price).toBe(is)
  })

  it.each([
    '{% for tag in tags %}x{% endfor %}',
    '{% include "a" %}',
    '{% render "a" %}',
    '{{ "now" | sample }}',
    '{{ x',
    '{% assign a = 1 %}',
  ])('text: %s is refused', (headline) => {
    expect(() => rendered(headline)).toThrow()
  })

  it('text: a date stays the same date west of Greenwich', () => {
    const content = { default: { 'de-DE': { headline: '{{ birthday | date: "%d.%m.%Y" }}' } } }
    const program = programOf(written([{ key: 'o', content }]), 'America/New_York')
    const { headline } = program.render('o', 'hero', null, reading({ birthday: '1990-03-01' }))?.fields ?? {}
    expect(headline).toBe('01.03.1990')
  })

  it('text: what grows too large shows the fallback instead', () => {
    expect(rendered('{{ (1..99999999) | join }}')).toBeNull()
  })

  it('text: a busy machine changes no word: how long a text takes is no part of it', () => {
    let now = 0
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 60_000))
    try {
      expect(rendered('Hallo {{ firstName }}', { firstName: 'Ada' })).toBe('Hallo Ada')
    } finally {
      clock.mockRestore()
    }
  })
})

describe('what content reads', () => {
  const offer = {
    key: 'o',
    content: {
      default: {
        'de-DE': { headline: '{{ firstName }} {{ subscription.endsAt | default: "bald" }}', other: '{{ age }}' },
        'en-GB': { headline: '{% if vip %}{{ tags.size }}{% endif %}' },
      },
      page: { 'de-DE': { headline: 'Neu' } },
    },
  }
  const program = programOf(written([offer]))
  it('content: the variables of a placement are those of its fields, in any language', () => {
    expect(program.variables('o', 'hero')).toEqual(['firstName', 'subscription.endsAt', 'tags', 'vip'])
    expect(program.variables('o', 'page')).toEqual(['tags', 'vip'])
    expect(program.variables('gone', 'page')).toEqual([])
  })

  const revision = (offers: readonly object[], key: string | null, placement: string, changed?: object) =>
    programOf(written(offers, changed)).contentRevision(key, placement)
  const other = (headline: string) => ({ ...offer, content: { ...offer.content, default: { 'de-DE': { headline } } } })
  it.each([
    { name: 'a text', offers: [other('Neu')], is: true },
    { name: "another placement's text", offers: [{ ...offer, content: { ...offer.content, page: {} } }], is: false },
    {
      name: 'a field that the placement has not',
      offers: [{ ...offer, content: { ...offer.content, email: { 'de-DE': { other: 'x' } } } }],
      is: false,
    },
    { name: 'a limit', offers: [offer], changed: { fields: { ...fields, headline: { ...text, max: 9 } } }, is: true },
    {
      name: 'the order of its languages',
      offers: [{ ...offer, content: { page: offer.content.page, default: offer.content.default } }],
      is: false,
    },
    { name: 'what the offer is worth', offers: [{ ...offer, value: 99 }], is: false },
  ])('content: its revision changes with $name: $is', ({ offers, changed, is }) => {
    expect(revision(offers, 'o', 'hero', changed) !== revision([offer], 'o', 'hero')).toBe(is)
  })

  it('content: the fallback has a revision of its own', () => {
    expect(revision([offer], null, 'hero')).not.toBe(revision([offer], 'o', 'hero'))
    const changed = { fallback: { ...fallback, 'de-DE': { headline: 'Anders' } } }
    expect(revision([offer], null, 'hero', changed)).not.toBe(revision([offer], null, 'hero'))
    expect(revision([offer], null, 'hero')).toMatch(/^[0-9a-f]{16}$/)
  })
})
