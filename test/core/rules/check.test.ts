import { describe, expect, it } from 'vitest'
import { checkRegistry } from '../../../core/rules/check.ts'
import { registry } from '../../../core/rules/registry.ts'
import { settings } from './given.ts'

const headline = { headline: { type: 'text', max: 20, required: true } }
const both = { 'de-DE': { headline: 'Neu' }, 'en-GB': { headline: 'New' } }
const sound = {
  segments: [
    { key: 'german', when: { trait: 'country', is: 'DE' } },
    { key: 'fan', when: { all: [{ segment: 'german' }, { event: 'Order Completed', withinLast: '60d' }] } },
  ],
  slots: [{ key: 'lead' }, { key: 'basket', scope: 'request' }],
  placements: [
    {
      key: 'hero',
      channel: 'email',
      connector: 'mail',
      slot: 'lead',
      fields: { ...headline, url: { type: 'url' } },
      fallback: both,
      observed: { field: 'OLD', values: { A: 'care', B: null } },
    },
    { key: 'page', channel: 'wcm', slot: 'basket', fields: headline, fallback: both },
  ],
  offers: [{ key: 'care', content: { default: { 'de-DE': { headline: 'Pflege' }, 'en-GB': { headline: 'Care' } } } }],
  rules: [{ key: 'win', slot: 'lead', when: { segment: 'fan' }, offer: 'care' }],
  examples: [
    { name: 'a fan', at: '2026-11-21T12:00:00Z', profile: {}, expect: { segments: ['fan'], slots: { lead: 'care' } } },
  ],
}
type Sheet = Partial<Record<keyof typeof sound, readonly unknown[]>>

const connectors = [
  { key: 'mail', channel: 'email', map: ['firstName'] },
  { key: 'site', channel: 'wcm', map: [] },
]
const problems = (sheet: Sheet, timezone = 'Europe/Berlin') =>
  checkRegistry(registry.parse({ ...sound, ...sheet }), { settings, connectors, locales: ['de-DE', 'en-GB'], timezone })
const told = (sheet: Sheet, timezone?: string) =>
  problems(sheet, timezone).map(({ path, message }) => `${path.join('.')}: ${message}`)

const segment = (when: unknown) => ({ segments: [...sound.segments, { key: 's', when }] })
const where = (condition: unknown) => segment({ event: 'Order Completed', where: condition })
const rule = (changed: object) => ({ rules: [{ ...sound.rules[0], ...changed }] })
const offer = (changed: object) => ({ offers: [{ ...sound.offers[0], ...changed }] })
const says = (text: string, level = 'default') =>
  offer({ content: { default: { 'de-DE': { headline: 'Pflege' } }, [level]: { 'de-DE': { headline: text } } } })
const hero = (changed: object) => ({ placements: [{ ...sound.placements[0], ...changed }, sound.placements[1]] })

interface Case {
  readonly name: string
  readonly sheet: Sheet
  readonly tells: readonly string[]
}
const cases: readonly Case[] = [
  {
    name: 'a trait',
    sheet: segment({ trait: 'contry', is: 'DE' }),
    tells: ['segments.2.when.trait: there is no trait "contry"'],
  },
  {
    name: 'a segment',
    sheet: segment({ not: { segment: 'x' } }),
    tells: ['segments.2.when.not.segment: there is no segment "x"'],
  },
  {
    name: 'a consent',
    sheet: rule({ when: { consent: 'sms' } }),
    tells: ['rules.0.when.consent: there is no consent "sms"'],
  },
  {
    name: 'an event',
    sheet: offer({ eligible: { event: 'Bought' } }),
    tells: ['offers.0.eligible.event: there is no event "Bought"'],
  },
  {
    name: 'a property',
    sheet: where({ all: [{ property: 'sum', gt: 1 }] }),
    tells: ['segments.2.when.where.all.0.property: there is no property "sum"'],
  },
  {
    name: 'a list',
    sheet: where({ property: 'items', some: { property: 'sku', is: 'A' } }),
    tells: ['segments.2.when.where.property: there is no list "items"'],
  },
  {
    name: 'an element',
    sheet: where({ property: 'products', some: { property: 'skew', is: 'A' } }),
    tells: ['segments.2.when.where.some.property: there is no property "products[].skew"'],
  },
  { name: 'a slot', sheet: rule({ slot: 'x' }), tells: ['rules.0.slot: there is no slot "x"'] },
  { name: 'an offer', sheet: rule({ offer: 'x' }), tells: ['rules.0.offer: there is no offer "x"'] },
  { name: "a placement's slot", sheet: hero({ slot: 'x' }), tells: ['placements.0.slot: there is no slot "x"'] },
  {
    name: "a placement's connector",
    sheet: hero({ connector: 'x' }),
    tells: ['placements.0.connector: there is no connector "x"'],
  },
  {
    name: 'an observed offer',
    sheet: hero({ observed: { field: 'OLD', values: { A: 'x' } } }),
    tells: ['placements.0.observed.values.A: there is no offer "x"'],
  },
  {
    name: 'what an example names',
    sheet: {
      examples: [
        {
          name: 'x',
          at: '2026-11-21T12:00:00Z',
          profile: {
            identifiers: { fax: '1' },
            traits: { orders: 1, age: 'old' },
            consents: { sms: true },
            events: [{ event: 'Bought', timestamp: '2026-11-21T12:00:01Z' }],
          },
          expect: { segments: ['x'], not: { segments: ['y'] }, slots: { x: 'y', lead: null } },
        },
      ],
    },
    tells: [
      'examples.0.profile.identifiers.fax: there is no identifier "fax"',
      'examples.0.profile.traits.orders: there is no trait "orders"',
      'examples.0.profile.traits.age: "old" is no number, as profile.yaml declares the trait "age"',
      'examples.0.profile.consents.sms: there is no consent "sms"',
      'examples.0.profile.events.0.event: there is no event "Bought"',
      "examples.0.profile.events.0.timestamp: is after the example's own instant, 2026-11-21T12:00:00Z",
      'examples.0.expect.segments.0: there is no segment "x"',
      'examples.0.expect.not.segments.0: there is no segment "y"',
      'examples.0.expect.slots.x: there is no slot "x"',
      'examples.0.expect.slots.x: there is no offer "y"',
    ],
  },
  {
    name: 'a key twice',
    sheet: { slots: [...sound.slots, { key: 'lead' }] },
    tells: ['slots.2.key: an earlier one has the key "lead"'],
  },
  {
    name: 'a circle of segments',
    sheet: {
      segments: [
        ...sound.segments,
        { key: 'a', when: { not: { segment: 'b' } } },
        { key: 'b', when: { segment: 'a' } },
      ],
    },
    tells: ['segments.2.when: contains itself: a -> b -> a'],
  },
  {
    name: 'a request in a segment',
    sheet: segment({ not: { context: 'device', is: 'x' } }),
    tells: ['segments.2.when.not.context: a segment cannot read a request: put this into the rule'],
  },
  {
    name: 'an operator of texts on a number',
    sheet: segment({ trait: 'age', startsWith: '1' }),
    tells: ['segments.2.when.startsWith: "startsWith" cannot be asked of a number'],
  },
  {
    name: 'an operator of times on a text',
    sheet: segment({ trait: 'country', withinLast: '1d' }),
    tells: ['segments.2.when.withinLast: "withinLast" cannot be asked of a string'],
  },
  {
    name: 'an order on a flag',
    sheet: segment({ trait: 'vip', gt: 1 }),
    tells: ['segments.2.when.gt: "gt" cannot be asked of a boolean'],
  },
  {
    name: 'equality of a list',
    sheet: segment({ trait: 'tags', is: 'a' }),
    tells: ['segments.2.when.is: "is" cannot be asked of a list'],
  },
  {
    name: 'a text for a number',
    sheet: segment({ trait: 'orders', in: [1, '2'] }),
    tells: ['segments.2.when.in.1: compares a number with "2": it takes a number'],
  },
  {
    name: 'a number for a text',
    sheet: where({ property: 'coupon', is: 1 }),
    tells: ['segments.2.when.where.is: compares a string with 1: it takes a text'],
  },
  {
    name: 'a word for a time',
    sheet: segment({ trait: 'birthday', gt: 'May' }),
    tells: ['segments.2.when.gt: compares a date with "May": it takes a date or time'],
  },
  {
    name: 'a computed time',
    sheet: segment({ trait: 'lastOrderAt', startsWith: '2' }),
    tells: ['segments.2.when.startsWith: "startsWith" cannot be asked of a datetime'],
  },
  {
    name: 'an empty range',
    sheet: segment({ trait: 'age', between: [9, 1] }),
    tells: ['segments.2.when.between: ends before it begins: nothing lies in it'],
  },
  {
    name: 'an empty range of days',
    sheet: segment({ trait: 'birthday', between: ['2026-12-01', '2026-11-30'] }),
    tells: ['segments.2.when.between: ends before it begins: nothing lies in it'],
  },
  {
    name: 'a channel that the connector has not',
    sheet: hero({ channel: 'push' }),
    tells: ['placements.0.channel: connector "mail" serves the channel email'],
  },
  {
    name: 'a slot of one request in a tool',
    sheet: hero({ slot: 'basket' }),
    tells: [
      'placements.0.connector: slot "basket" answers one request alone and is never pushed: leave out the connector',
    ],
  },
  {
    name: 'a fallback without a language',
    sheet: hero({ fallback: { 'de-DE': { headline: 'Neu' } } }),
    tells: ['placements.0.fallback: has no complete text in en-GB: it needs headline'],
  },
  {
    name: 'a fallback for the language alone',
    sheet: hero({ fallback: { de: { headline: 'Neu' }, en: { headline: 'New' } } }),
    tells: [],
  },
  {
    name: 'a fallback without a required field',
    sheet: hero({ fallback: { ...both, 'de-DE': { url: '/de' } } }),
    tells: ['placements.0.fallback: has no complete text in de-DE: it needs headline'],
  },
  {
    name: 'a fallback that is too long',
    sheet: hero({ fallback: { ...both, 'de-DE': { headline: 'x'.repeat(21) } } }),
    tells: ['placements.0.fallback.de-DE.headline: the fallback has 21 characters, and the field takes 20'],
  },
  {
    name: 'a fallback with a variable',
    sheet: hero({ fallback: { ...both, 'de-DE': { headline: '{{ firstName }}' } } }),
    tells: ['placements.0.fallback.de-DE.headline: a fallback is shown as it stands, without variables'],
  },
  {
    name: 'a fallback for another field',
    sheet: hero({ fallback: { ...both, 'de-DE': { headline: 'Neu', image: '/x' } } }),
    tells: ['placements.0.fallback.de-DE.image: there is no field "image"'],
  },
  {
    name: 'a fallback for nobody',
    sheet: hero({ fallback: { ...both, 'fr-FR': { headline: 'Neuf' } } }),
    tells: ['placements.0.fallback.fr-FR: there is no locale "fr-FR"'],
  },
  {
    name: 'content for nowhere',
    sheet: says('Pflege', 'footer'),
    tells: ['offers.0.content.footer: there is no placement or channel "footer"'],
  },
  {
    name: 'content for a channel and a placement',
    sheet: offer({ content: { email: { de: { headline: 'A' } }, hero: { de: { url: '/a' } } } }),
    tells: [],
  },
  {
    name: 'content for another field',
    sheet: offer({ content: { default: { de: { headline: 'A', image: '/x' } }, page: { de: { url: '/x' } } } }),
    tells: [
      'offers.0.content.default.de.image: there is no field "image"',
      'offers.0.content.page.de.url: there is no field "url"',
    ],
  },
  {
    name: 'content for nobody',
    sheet: offer({ content: { default: { de: { headline: 'A' }, fr: { headline: 'B' } } } }),
    tells: ['offers.0.content.default.fr: there is no locale "fr"'],
  },
  {
    name: 'content that can be shown nowhere',
    sheet: offer({ content: { default: { de: { url: '/a' } } } }),
    tells: ['offers.0.content: has no complete text in de-DE for any placement of slot "lead": hero (headline)'],
  },
  {
    name: 'content that is too long',
    sheet: says('x'.repeat(21)),
    tells: ['offers.0.content.default.de-DE.headline: has 21 characters, and the field takes 20 in placement "hero"'],
  },
  {
    name: 'content that is no Liquid',
    sheet: says('Hallo {{ firstName'),
    tells: [
      'offers.0.content.default.de-DE.headline: cannot be read as Liquid: output "{{ firstName" not closed, line:1, col:7',
    ],
  },
  {
    name: 'an unknown filter',
    sheet: says('{{ firstName | sample }}'),
    tells: [
      'offers.0.content.default.de-DE.headline: cannot be read as Liquid: undefined filter: sample, line:1, col:1',
    ],
  },
  {
    name: 'an unknown variable',
    sheet: says('{{ fistName }}'),
    tells: ['offers.0.content.default.de-DE.headline: there is no trait "fistName"'],
  },
  { name: 'a variable that may leave', sheet: says('{{ firstName }}'), tells: [] },
  {
    name: 'a variable that may not leave',
    sheet: says('{% if age %}x{% endif %}'),
    tells: [
      'offers.0.content.default.de-DE.headline: reads "age", which the map of connector "mail" does not let out of the hub',
    ],
  },
  { name: 'a variable that stays in the hub', sheet: { ...says('{{ age }}', 'page') }, tells: [] },
  {
    name: 'a validity that ends before it begins',
    sheet: offer({ validFrom: '2026-12-02', validTo: '2026-12-01' }),
    tells: ['offers.0.validTo: 2026-12-01 is before 2026-12-02: it never applies'],
  },
  { name: 'a validity of one day', sheet: offer({ validFrom: '2026-12-01', validTo: '2026-12-01' }), tells: [] },
  {
    name: 'a schedule that ends before it begins',
    sheet: rule({ schedule: { from: '2026-12-02', to: '2026-12-01' } }),
    tells: ['rules.0.schedule.to: 2026-12-01 is before 2026-12-02: it never applies'],
  },
  {
    name: 'hours of no length',
    sheet: rule({ schedule: { hours: '08:00-08:00' } }),
    tells: ['rules.0.schedule.hours: opens and closes at once; the whole day is 00:00-24:00'],
  },
  {
    name: 'a zone that is none',
    sheet: rule({ schedule: { zone: 'Berlin' } }),
    tells: ['rules.0.schedule.zone: "Berlin" is no time zone: hub, or a name such as Europe/Berlin'],
  },
]

describe('a registry', () => {
  it('check: a sound registry has no problems', () => {
    expect(problems({})).toEqual([])
  })

  it.each(cases)('check: $name', ({ sheet, tells }) => {
    expect(told(sheet)).toEqual(tells)
  })

  it('check: the known names come with an unknown one', () => {
    expect(problems(rule({ slot: 'leed' }))[0]).toMatchObject({ found: 'leed', allowed: ['lead', 'basket'] })
    expect(problems(says('{{ firstName | upcse }}'))[0]).toMatchObject({
      found: 'upcse',
      allowed: expect.arrayContaining(['upcase']),
    })
    expect(problems(says('{% for tag in tags %}{% endfor %}'))[0]).toMatchObject({
      found: 'for',
      allowed: ['if', 'unless', 'case', 'comment', 'raw'],
    })
  })

  it('check: all is told at once, a time zone that is none too', () => {
    const sheet = { ...rule({ slot: 'x', offer: 'y' }), ...segment({ trait: 'z', is: 1 }) }
    expect(told(sheet, 'Berlin')).toEqual([
      ': hub.timezone "Berlin" is no time zone: use a name such as Europe/Berlin',
      'segments.2.when.trait: there is no trait "z"',
      'rules.0.slot: there is no slot "x"',
      'rules.0.offer: there is no offer "y"',
    ])
  })
})
