import { describe, expect, it } from 'vitest'
import { type Change, damagedFiles, type Files, goodFiles, problemsOf } from './config-sample.ts'

const hub = (...changes: Change[]): Files => damagedFiles({ 'hub.yaml': changes })
const mail = (...changes: Change[]): Files => damagedFiles({ 'tools/mail.yaml': changes })
const profile = (...changes: Change[]): Files => damagedFiles({ 'profile.yaml': changes })
const offers = (...changes: Change[]): Files => damagedFiles({ 'rules/20-offers.yaml': changes })

interface Case {
  readonly name: string
  readonly files: Files
  readonly problems: readonly string[]
}

const reading: readonly Case[] = [
  {
    name: 'a hub.yaml that is not there',
    files: { 'profile.yaml': '' },
    problems: ['hub.yaml:1:1 reading hub.yaml: it does not exist'],
  },
  {
    name: 'an include that is not there',
    files: hub(['mail.yaml', 'male.yaml']),
    problems: ['hub.yaml:1:11 include[0]: reading tools/male.yaml: it does not exist'],
  },
  {
    name: 'a rules folder that is not there',
    files: hub(['hub:', 'registry: { files: ./regeln }\nhub:']),
    problems: ['hub.yaml:2:13 registry.files: listing regeln: it does not exist'],
  },
  {
    name: 'sample customers that are not there',
    files: mail(['people.ndjson', 'persons.ndjson']),
    problems: ['tools/mail.yaml:20:5 samples[0].file: there is no file tools/persons.ndjson'],
  },
  {
    name: 'broken YAML, which hides no other file',
    files: { ...profile(['{ limit: 3 }', '{ limit: 3']), 'rules/30.yaml': 'slot: []\n' },
    problems: [
      'profile.yaml:4:1 not YAML: Flow map in block collection must be sufficiently indented and end with a }',
      'rules/30.yaml:1:1 slot: unknown key, allowed segments, slots, placements, offers, rules, examples; nearest: slots',
    ],
  },
  {
    name: 'a list where the file must be a map',
    files: { ...goodFiles, 'rules/30.yaml': '- a\n' },
    problems: ['rules/30.yaml:1:1 found a list, allowed a map'],
  },
  {
    name: 'a key that stands twice in a file',
    files: hub(['name: Shop', 'name: Shop, name: Other']),
    problems: ['hub.yaml:2:20 hub.name: stands twice, first in line 2'],
  },
  {
    name: 'entries that two files state',
    files: {
      ...hub(['include:', 'store: sqlite:a.db\ninclude:'], ['mail.yaml]', 'mail.yaml, ./more.yaml]']),
      'more.yaml': 'store: sqlite:b.db\nrollouts:\n  first: { percent: 5, connectors: [mail] }\n',
    },
    problems: [
      'more.yaml:1:1 store: is stated twice, first at hub.yaml:1:1: keep one',
      'more.yaml:3:3 rollouts.first: is stated twice, first at tools/mail.yaml:18:3: keep one',
    ],
  },
  {
    name: 'an alias inside its own anchor',
    files: profile(['userId: { limit: 1 }', 'userId: &id { limit: 1, region: *id }']),
    problems: [
      'profile.yaml:2:27 identifiers.userId.region.region: an alias inside what another alias repeats: write it out',
      'profile.yaml:2:27 identifiers.userId.region: found { limit, region }, allowed a text',
    ],
  },
  {
    name: 'an alias of nothing',
    files: profile(['userId: { limit: 1 }', 'userId: { limit: *one }']),
    problems: ['profile.yaml:2:13 identifiers.userId.limit: an alias of an anchor that is not there'],
  },
]

const shapes: readonly Case[] = [
  {
    name: 'an unknown section',
    files: hub(['hub:', 'stroe: x\nhub:']),
    problems: [
      'hub.yaml:2:1 stroe: unknown key, allowed include, hub, store, stream, profile, registry, sources, connectors, rollouts, samples; nearest: store',
    ],
  },
  {
    name: 'an unknown key, and the known one that is missing for it',
    files: hub(['    channel: commerce', '    chanel: commerce']),
    problems: [
      'hub.yaml:4:3 connectors.shop.channel: is missing: a text',
      'hub.yaml:6:5 connectors.shop.chanel: unknown key, allowed use, channel, phase, sandbox, settings, contact, scope, consent, map, pull, limits; nearest: channel',
    ],
  },
  {
    name: 'a wrong type',
    files: hub(['name: Shop', 'name: 7']),
    problems: ['hub.yaml:2:8 hub.name: found 7, allowed a text'],
  },
  {
    name: 'a value that is none of the allowed',
    files: hub(['sandbox: true', 'phase: lve']),
    problems: [
      'hub.yaml:4:3 connectors.shop.settings.token: is missing: a text',
      'hub.yaml:9:5 connectors.shop.phase: found "lve", allowed off, observe, shadow, pilot, live; nearest: live',
    ],
  },
  {
    name: 'a number out of range',
    files: mail(['percent: 25', 'percent: 250']),
    problems: ['tools/mail.yaml:18:27 rollouts.first.percent: found 250, allowed at most 100'],
  },
  {
    name: 'a key of the wrong form',
    files: hub(['  shop:', '  Shop:'], ['shop is', 'shop, is']),
    problems: [
      'hub.yaml:4:3 connectors.Shop: found "Shop", allowed kebab-case: lower-case letters, digits and hyphens',
      'tools/mail.yaml:18:88 rollouts.first.connectors[1]: there is no connector "shop", allowed Shop, mail; nearest: Shop',
    ],
  },
  {
    name: 'a consent that is left out',
    files: hub(['    consent: { none: true, because: the shop is our own }\n', '']),
    problems: ['hub.yaml:4:3 connectors.shop.consent: is missing: { purpose } or { none, because }'],
  },
  {
    name: 'one of two forms, misspelt',
    files: hub(['because: the', 'becuse: the']),
    problems: [
      'hub.yaml:8:5 connectors.shop.consent.because: is missing: a text',
      'hub.yaml:8:28 connectors.shop.consent.becuse: unknown key, allowed none, because; nearest: because',
    ],
  },
  {
    name: 'a value that has none of several forms',
    files: offers(['category: audio', 'validFrom: soon']),
    problems: [
      'tools/mail.yaml:18:50 rollouts.first.offers.category: there is no category of offers "audio", allowed none',
      'rules/20-offers.yaml:4:18 offers[0].validFrom: found "soon", allowed a date such as 2026-11-21 or a time such as 2026-11-21T12:00:00Z',
    ],
  },
  {
    name: 'a condition that there is not',
    files: offers(['{ event: Order Completed }', '{ all: [{ evnt: Order Completed }] }']),
    problems: [
      'rules/20-offers.yaml:6:34 segments[0].when.all[0]: found evnt, allowed here: all, any, not, segment, consent, trait, context, event; nearest: event',
    ],
  },
]

const connectors: readonly Case[] = [
  {
    name: 'an unknown plugin',
    files: mail(['use: letters', 'use: leters']),
    problems: [
      'tools/mail.yaml:3:5 connectors.mail.use: there is no plugin "leters", allowed letters, till; nearest: letters',
    ],
  },
  {
    name: 'a contact key that is no identifier',
    files: mail(['key: email', 'key: emial']),
    problems: [
      'tools/mail.yaml:8:16 connectors.mail.contact.key: there is no identifier "emial", allowed userId, email; nearest: email',
    ],
  },
  {
    name: 'a contact key that the plugin does not know',
    files: mail(['key: email', 'key: userId']),
    problems: ['tools/mail.yaml:8:16 connectors.mail.contact.key: there is no key of letters "userId", allowed email'],
  },
  {
    name: 'an unknown consent',
    files: mail(['purpose: newsletter', 'purpose: newsleter']),
    problems: [
      'tools/mail.yaml:9:16 connectors.mail.consent.purpose: there is no consent "newsleter", allowed newsletter; nearest: newsletter',
    ],
  },
  {
    name: 'an unknown trait in the map',
    files: mail(['firstName: FNAME', 'firstname: FNAME']),
    problems: [
      'tools/mail.yaml:11:7 connectors.mail.map.firstname: there is no trait "firstname", allowed firstName, orders, revenue; nearest: firstName',
    ],
  },
  {
    name: 'an unknown segment in the map',
    files: mail(['segment.fans:', 'segment.fan:']),
    problems: [
      'tools/mail.yaml:13:7 connectors.mail.map.segment.fan: there is no segment "fan", allowed fans, buyers; nearest: fans',
    ],
  },
  {
    name: 'an unknown consent in the map',
    files: mail(['segment.fans:', 'controlled: CTRL\n      consent.newsleter:']),
    problems: [
      'tools/mail.yaml:14:7 connectors.mail.map.consent.newsleter: there is no consent "newsleter", allowed newsletter; nearest: newsletter',
    ],
  },
  {
    name: 'an unknown placement in the map',
    files: mail(['placement.hero.headline', 'placement.heero.headline']),
    problems: [
      'tools/mail.yaml:14:7 connectors.mail.map.placement.heero.headline: there is no placement "heero", allowed hero; nearest: hero',
    ],
  },
  {
    name: 'an unknown field of a placement',
    files: mail(['placement.hero.headline', 'placement.hero.headlin']),
    problems: [
      'tools/mail.yaml:14:7 connectors.mail.map.placement.hero.headlin: there is no field "headlin", allowed headline, offer, decisionId, revision; nearest: headline',
    ],
  },
  {
    name: "another connector's placement",
    files: hub(['sandbox: true', 'sandbox: true\n    map: { placement.hero.headline: H }']),
    problems: [
      'hub.yaml:10:12 connectors.shop.map.placement.hero.headline: the placement hero belongs to the connector mail, not to shop',
    ],
  },
  {
    name: "another channel's placement",
    files: damagedFiles({
      'hub.yaml': [['sandbox: true', 'sandbox: true\n    map: { placement.hero.headline: H }']],
      'rules/20-offers.yaml': [['connector: mail, ', '']],
    }),
    problems: [
      'hub.yaml:10:12 connectors.shop.map.placement.hero.headline: the placement hero belongs to the channel email, not to shop',
    ],
  },
  {
    name: 'two lines of a map to one field',
    files: mail(['orders: { field: ORDERS, owner: hub }', 'orders: FNAME']),
    problems: ['tools/mail.yaml:12:7 connectors.mail.map.orders: the field FNAME is mapped already, from firstName'],
  },
  {
    name: 'an unknown owner',
    files: mail(['owner: hub', 'owner: tol']),
    problems: ['tools/mail.yaml:12:32 connectors.mail.map.orders.owner: found "tol", allowed hub, tool; nearest: tool'],
  },
  {
    name: 'a field with a misspelt setting',
    files: mail(['owner: hub', 'ownr: hub']),
    problems: [
      'tools/mail.yaml:12:32 connectors.mail.map.orders.ownr: there is no setting of a field "ownr", allowed field, owner, as; nearest: owner',
    ],
  },
  {
    name: 'a standard field that the plugin does not name',
    files: mail(['{ field: ORDERS, owner: hub }', 'true']),
    problems: [
      'tools/mail.yaml:12:7 connectors.mail.map.orders: there is no standard field of letters for "orders", allowed firstName',
    ],
  },
  {
    name: 'a transformation that reads more than its value',
    files: mail(['owner: hub', 'as: "{{ value }} {{ email }}"']),
    problems: [
      'tools/mail.yaml:12:32 connectors.mail.map.orders.as: reads email: a line of a map has its own `value` alone',
    ],
  },
  {
    name: 'a transformation with a filter that nobody knows',
    files: mail(['owner: hub', 'as: "{{ value | shout }}"']),
    problems: [
      'tools/mail.yaml:12:32 connectors.mail.map.orders.as: is no Liquid that can be used here: undefined filter: shout, line:1, col:1',
    ],
  },
  {
    name: 'a computed trait that the tool should own',
    files: mail(['owner: hub', 'owner: tool']),
    problems: [
      'tools/mail.yaml:12:7 connectors.mail.map.orders: only a trait is read in from a field that the tool owns, and orders is none',
    ],
  },
  {
    name: 'an unknown kind of membership',
    files: mail(['{ tag: Fans }', '{ tagg: Fans }']),
    problems: [
      'tools/mail.yaml:13:23 connectors.mail.map.segment.fans.tagg: there is no membership "tagg", allowed tag; nearest: tag',
    ],
  },
  {
    name: 'two memberships in one line',
    files: mail(['{ tag: Fans }', '{ tag: Fans, list: Fans }']),
    problems: [
      'tools/mail.yaml:13:7 connectors.mail.map.segment.fans: a membership is one kind and one name, such as { tag: Fans }',
    ],
  },
  {
    name: 'a placement as a membership',
    files: mail(['headline: HEAD', 'headline: { tag: Head }']),
    problems: [
      'tools/mail.yaml:14:7 connectors.mail.map.placement.hero.headline: a membership says yes or no, and a placement shows a text: map it to a field',
    ],
  },
  {
    name: 'an empty cron expression',
    files: mail(['"*/5 * * * *"', '" "']),
    problems: ['tools/mail.yaml:16:13 connectors.mail.pull.every: is empty: a cron expression'],
  },
  {
    name: 'a scope that names what there is not, and reads a request',
    files: mail([
      'purpose: newsletter }',
      'purpose: newsletter }\n    scope: { all: [{ segment: fanz }, { trait: plan, is: x }, { context: page, is: x }] }',
    ]),
    problems: [
      'tools/mail.yaml:10:22 connectors.mail.scope.all[0].segment: there is no segment "fanz", allowed fans, buyers; nearest: fans',
      'tools/mail.yaml:10:41 connectors.mail.scope.all[1].trait: there is no trait "plan", allowed firstName, orders, revenue',
      'tools/mail.yaml:10:63 connectors.mail.scope.all[2]: a scope cannot read a request: who is in it must hold without one',
    ],
  },
  {
    name: 'a rollout of what there is not',
    files: mail(
      ['segment: fans, percent', 'segment: fanz, percent'],
      ['category: audio', 'category: video, keys: [car]'],
      ['[mail, shop]', '[mail, shp]'],
    ),
    problems: [
      'tools/mail.yaml:18:12 rollouts.first.segment: there is no segment "fanz", allowed fans, buyers; nearest: fans',
      'tools/mail.yaml:18:50 rollouts.first.offers.category: there is no category of offers "video", allowed audio',
      'tools/mail.yaml:18:74 rollouts.first.offers.keys[0]: there is no offer "car", allowed care; nearest: care',
      'tools/mail.yaml:18:101 rollouts.first.connectors[1]: there is no connector "shp", allowed shop, mail; nearest: shop',
    ],
  },
  {
    name: 'a time zone and a locale that there are not',
    files: hub(['Europe/Berlin', 'Europe/Berln, locales: [en-GB, "en GB"]']),
    problems: [
      'hub.yaml:2:20 hub.timezone: found "Europe/Berln", allowed an IANA time zone such as Europe/Berlin',
      'hub.yaml:2:61 hub.locales[1]: found "en GB", allowed a language tag such as de-DE',
    ],
  },
]

const profiles: readonly Case[] = [
  {
    name: 'an identifier that is a connector too',
    files: profile(['userId: { limit: 1 }', 'shop: { limit: 1 }']),
    problems: ['profile.yaml:2:3 identifiers.shop: is also a connector, whose own identifier is built in: rename one'],
  },
  {
    name: 'a computed trait with the name of a trait',
    files: profile(['revenue: { fn', 'firstName: { fn']),
    problems: ['profile.yaml:8:3 computed.firstName: is also the name of a trait: rename one'],
  },
  {
    name: 'a trait that a map would take for a segment',
    files: profile(['firstName: { type: string }', 'firstName: { type: string }\n  segment.x: { type: string }']),
    problems: ['profile.yaml:6:3 traits.segment.x: looks like a segment or placement in a map'],
  },
  {
    name: 'a computed trait of an unknown event',
    files: profile(['event: Order Completed, property', 'event: Order Complete, property']),
    problems: [
      'profile.yaml:8:23 computed.revenue.event: there is no event "Order Complete", allowed Order Completed; nearest: Order Completed',
    ],
  },
  {
    name: 'a computed trait of an unknown property, and of none',
    files: profile(['property: revenue', 'property: revenu'], ['orders: { fn: count', 'orders: { fn: sum']),
    problems: [
      'profile.yaml:7:3 computed.orders.property: names a property, as every function but count does',
      'profile.yaml:8:47 computed.revenue.property: there is no property of Order Completed "revenu", allowed order_id, revenue, timestamp; nearest: revenue',
    ],
  },
  {
    name: 'an event key that is no property',
    files: profile(['key: order_id', 'key: orderid']),
    problems: [
      'profile.yaml:13:24 events.types.Order Completed.key: there is no property "orderid", allowed order_id, revenue; nearest: order_id',
    ],
  },
  {
    name: 'an import of events that names no event, nobody, and states traits',
    files: profile(['type: identify', 'type: track'], ['userId: "{{ id }}", ', '']),
    problems: [
      'profile.yaml:15:3 imports.people.event: is missing: the name of the event',
      'profile.yaml:15:3 imports.people: names nobody: state userId, anonymousId or email',
      'profile.yaml:15:26 imports.people.traits: is for type identify: an event has properties',
    ],
  },
  {
    name: 'an import of people with an event, an unknown trait and an unknown zone',
    files: profile(
      ['type: identify', 'type: identify, event: Seen, timestamp: { column: at, zone: Mars }'],
      ['traits: { firstName: "', 'traits: { nickname: "'],
    ),
    problems: [
      'profile.yaml:15:29 imports.people.event: is for type track',
      'profile.yaml:15:67 imports.people.timestamp.zone: found "Mars", allowed an IANA time zone such as Europe/Berlin',
      'profile.yaml:15:111 imports.people.traits.nickname: there is no trait "nickname", allowed firstName',
    ],
  },
]

const rules: readonly Case[] = [
  {
    name: 'names that nothing has, in the right file of the rules',
    files: offers(['slot: lead', 'slot: led'], ['event: Order Completed', 'event: Order']),
    problems: [
      'rules/20-offers.yaml:2:51 placements[0].slot: there is no slot "led", allowed lead; nearest: lead',
      'rules/20-offers.yaml:6:28 segments[0].when.event: there is no event "Order", allowed Order Completed',
    ],
  },
  {
    name: 'a broken entry, without a second problem for each reference to it',
    files: {
      ...offers(['key: care', 'key: Care']),
      'rules/30.yaml': `rules:
  - { key: one, slot: lead, when: { segment: fans }, offer: Care }
  - { key: two, slot: lead, when: { segment: fanns }, offer: Care }
`,
    },
    problems: [
      'rules/20-offers.yaml:4:7 offers[0].key: found "Care", allowed kebab-case: lower-case letters, digits and hyphens',
      'rules/30.yaml:3:37 rules[1].when.segment: there is no segment "fanns", allowed fans, buyers; nearest: fans',
    ],
  },
  {
    name: 'an example that does not come out as expected',
    files: {
      ...goodFiles,
      'rules/30.yaml': `examples:
  - name: Ada
    at: 2026-11-21T12:00:00Z
    profile: { traits: { firstName: Ada } }
    expect:
      segments: [fans, buyers]
      slots: { lead: null }
`,
    },
    problems: [
      'rules/30.yaml:6:24 examples[0].expect.segments[1]: "Ada": expected to be in buyers, and the customer is not: { event: Order Completed } does not hold (0 × Order Completed)',
    ],
  },
  {
    name: 'an example that cannot be run yet as a problem of what it leans on only',
    files: {
      ...offers(['event: Order Completed', 'event: Order']),
      'rules/30.yaml': `examples:
  - { name: Ada, at: 2026-11-21T12:00:00Z, profile: {}, expect: { segments: [fans] } }
`,
    },
    problems: ['rules/20-offers.yaml:6:28 segments[0].when.event: there is no event "Order", allowed Order Completed'],
  },
  {
    name: 'a broken trait, without a second problem for each reference to it',
    files: profile(['firstName: { type: string }', 'firstName: { type: strin }']),
    problems: [
      'profile.yaml:5:16 traits.firstName.type: found "strin", allowed string, number, boolean, datetime, date, list; nearest: string',
    ],
  },
]

describe('config problems', () => {
  it.each([...reading, ...shapes, ...connectors, ...profiles, ...rules])('config: tells of $name', (one) => {
    expect(problemsOf(one.files)).toEqual(one.problems)
  })

  it('config: tells every problem of every file at once, in the order of files and lines', () => {
    const files = {
      ...damagedFiles({
        'hub.yaml': [
          ['name: Shop', 'nmae: Shop'],
          ['sandbox: true', 'phase: lve'],
        ],
        'tools/mail.yaml': [
          ['use: letters', 'use: leters'],
          ['key: email', 'key: emial'],
          ['purpose: newsletter', 'purpose: news'],
        ],
        'profile.yaml': [
          ['limit: 3', 'limit: none'],
          ['key: order_id', 'key: id'],
        ],
        'rules/20-offers.yaml': [
          ['type: text', 'type: txt'],
          ['event: Order', 'event: Orders'],
        ],
      }),
      'rules/30.yaml': 'rules:\n  - { key: one, slot: led, when: { segment: fans }, offer: care }\n',
    }
    expect(problemsOf(files).map((problem) => problem.split(': ')[0])).toEqual([
      'hub.yaml:2:1 hub.name',
      'hub.yaml:2:8 hub.nmae',
      'hub.yaml:4:3 connectors.shop.settings.token',
      'hub.yaml:9:5 connectors.shop.phase',
      'tools/mail.yaml:3:5 connectors.mail.use',
      'tools/mail.yaml:8:16 connectors.mail.contact.key',
      'tools/mail.yaml:9:16 connectors.mail.consent.purpose',
      'profile.yaml:3:12 identifiers.email.limit',
      'profile.yaml:13:24 events.types.Order Completed.key',
      'rules/20-offers.yaml:2:85 placements[0].fields.headline.type',
      'rules/20-offers.yaml:6:28 segments[0].when.event',
      'rules/30.yaml:2:17 rules[0].slot',
    ])
  })
})
