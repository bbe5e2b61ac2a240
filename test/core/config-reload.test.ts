import { describe, expect, it } from 'vitest'
import { difference } from '../../core/config/difference.ts'
import { hubSettings } from '../../core/config/hub.ts'
import type { Config } from '../../core/config/load.ts'
import { profileSettings } from '../../core/profile/settings.ts'
import { registry } from '../../core/rules/registry.ts'

const connector = {
  use: 'letters',
  channel: 'email',
  contact: { key: 'email' },
  consent: { purpose: 'news' },
  settings: { apiKey: 'k-1' },
  map: { firstName: 'FNAME' },
}
const hub = {
  hub: { name: 'Shop', timezone: 'UTC' },
  sources: { web: { rank: 20 } },
  connectors: { mail: connector, site: connector },
  rollouts: { first: { percent: 25, connectors: ['mail'] } },
  samples: [{ file: '/a.ndjson' }],
}
const profile = {
  identifiers: { userId: { limit: 1 }, email: { limit: 3 } },
  traits: { firstName: { type: 'string' }, plan: { type: 'string' } },
  computed: { orders: { fn: 'count', event: 'Order' } },
  consents: { news: { default: 'denied' } },
  events: { types: { Order: { properties: { id: 'string' } } } },
}
type Section = Readonly<Record<string, unknown>>
const configOf = (hubFile: Section, profileFile: Section = profile): Config => {
  const { include: _, registry: rules, profile: __, ...settings } = hubSettings.parse(hubFile)
  return {
    ...settings,
    profile: profileSettings.parse(profileFile),
    registry: registry.parse({}),
    publish: rules.publish,
    files: [],
    folder: '/',
  }
}
const before = configOf(hub)
const nothing = {
  refused: [],
  paths: [],
  connectors: { added: [], removed: [], changed: [] },
  folds: false,
  samples: [],
}
const connectors = (change: Readonly<Record<string, readonly string[]>>) => ({
  connectors: { ...nothing.connectors, ...change },
})
const inMail = (change: Section) => ({ ...hub, connectors: { ...hub.connectors, mail: { ...connector, ...change } } })

const hubCases: readonly (readonly [string, Section, Section])[] = [
  ['nothing', hub, {}],
  ['the order of keys', { ...hub, connectors: { site: connector, mail: connector } }, {}],
  ['the time zone', { ...hub, hub: { ...hub.hub, timezone: 'Europe/Berlin' } }, { paths: ['hub.timezone'] }],
  ['the languages', { ...hub, hub: { ...hub.hub, locales: ['de-DE'] } }, { paths: ['hub.locales'] }],
  ['a rank', { ...hub, sources: { web: { rank: 21 } } }, { paths: ['sources.web'] }],
  ['a new source', { ...hub, sources: { ...hub.sources, crm: { rank: 9 } } }, { paths: ['sources.crm'] }],
  [
    'a map line',
    inMail({ map: { firstName: 'NAME' } }),
    { paths: ['connectors.mail.map'], ...connectors({ changed: ['mail'] }) },
  ],
  [
    'a secret, whose value is not told',
    inMail({ settings: { apiKey: 'k-2' } }),
    { paths: ['connectors.mail.settings'], ...connectors({ changed: ['mail'] }) },
  ],
  [
    'limits and the schedule of pulls',
    inMail({ limits: { batch: 5 }, pull: { every: '* * * * *' } }),
    { paths: ['connectors.mail.limits', 'connectors.mail.pull'], ...connectors({ changed: ['mail'] }) },
  ],
  [
    'a connector more and one less',
    { ...hub, connectors: { mail: connector, crm: connector } },
    { paths: ['connectors.site', 'connectors.crm'], ...connectors({ added: ['crm'], removed: ['site'] }) },
  ],
  [
    'whether tools on this machine may be reached: every connector',
    { ...hub, hub: { ...hub.hub, loopback: true } },
    { paths: ['hub.loopback'], ...connectors({ changed: ['mail', 'site'] }) },
  ],
  ['a rollout', { ...hub, rollouts: { first: { percent: 50, connectors: ['mail'] } } }, { paths: ['rollouts.first'] }],
  ['when rules are published', { ...hub, registry: { publish: 'review' } }, { paths: ['registry.publish'] }],
  [
    'a file of samples: those that are new',
    { ...hub, samples: [...hub.samples, { file: '/b.ndjson' }] },
    { paths: ['samples'], samples: ['/b.ndjson'] },
  ],
]

const inProfile = (change: Section): Section => ({ ...profile, ...change })
const withTypes = (types: Section) => inProfile({ events: { types: { ...profile.events.types, ...types } } })
const profileCases: readonly (readonly [string, Section, readonly string[], boolean])[] = [
  [
    'a limit',
    { ...profile, identifiers: { ...profile.identifiers, email: { limit: 1 } } },
    ['identifiers.email.limit'],
    false,
  ],
  [
    'how long a device counts as shared',
    { ...profile, identifiers: { ...profile.identifiers, email: { limit: 3, sharedWithin: '1d' } } },
    ['identifiers.email.sharedWithin'],
    false,
  ],
  [
    'a blocked value',
    { ...profile, identifiers: { ...profile.identifiers, email: { limit: 3, blocked: ['no@x.test'] } } },
    ['identifiers.email.blocked'],
    true,
  ],
  [
    'the rank of identifiers',
    { ...profile, identifiers: { email: { limit: 3 }, userId: { limit: 1 } } },
    ['identifiers'],
    true,
  ],
  [
    'a strategy',
    inProfile({ traits: { ...profile.traits, plan: { type: 'string', strategy: 'oldest' } } }),
    ['traits.plan.strategy'],
    true,
  ],
  ['a type', inProfile({ traits: { ...profile.traits, plan: { type: 'number' } } }), ['traits.plan.type'], true],
  ['a trait more', inProfile({ traits: { ...profile.traits, city: { type: 'string' } } }), ['traits.city'], true],
  [
    'how personal a trait is',
    inProfile({ traits: { ...profile.traits, plan: { type: 'string', class: 'contact' } } }),
    ['traits.plan.class'],
    false,
  ],
  [
    'how old a statement may be',
    inProfile({ traits: { ...profile.traits, plan: { type: 'string', maxAge: '9d' } } }),
    ['traits.plan.maxAge'],
    false,
  ],
  [
    'a computed trait',
    inProfile({ computed: { orders: { fn: 'count', event: 'Order', within: '9d' } } }),
    ['computed.orders.within'],
    false,
  ],
  ['a consent', inProfile({ consents: { news: { default: 'granted' } } }), ['consents.news.default'], false],
  ['an event more', withTypes({ View: { properties: {} } }), ['events.types.View'], true],
  [
    'a property of an event',
    withTypes({ Order: { properties: { id: 'string', total: 'number' } } }),
    ['events.types.Order'],
    true,
  ],
  [
    'a key of an event',
    withTypes({ Order: { key: 'id', properties: { id: 'string' } } }),
    ['events.types.Order'],
    true,
  ],
]

const refusals: readonly (readonly [string, Section, readonly string[]])[] = [
  [
    'the store',
    { ...hub, store: 'sqlite:b.db' },
    ['store: cannot change while the hub runs: put "sqlite:leitstern.db" back, or restart the hub with "sqlite:b.db"'],
  ],
  [
    'the stream',
    { ...hub, stream: 'nats://h:1' },
    ['stream: cannot change while the hub runs: put "embedded" back, or restart the hub with "nats://h:1"'],
  ],
  [
    'the identity key, which is not told',
    { ...hub, hub: { ...hub.hub, identityKey: 'k' } },
    [
      'hub.identityKey: profile ids hang on it, so it cannot change while the hub runs: put it back, or restart the hub',
    ],
  ],
  [
    'the name that stands for it',
    { ...hub, hub: { ...hub.hub, name: 'Store' } },
    [
      'hub.name: profile ids hang on it, so it cannot change while the hub runs: put it back, or keep the ids by stating identityKey: "leitstern:Shop"',
    ],
  ],
  [
    'another plugin under a key',
    inMail({ use: 'parcels' }),
    [
      'connectors.mail.use: a connector stays with its plugin, for what is known of its contacts is the tool\'s: put "letters" back, or give the new one another key',
    ],
  ],
]

describe('the difference between two configs', () => {
  it.each(hubCases)('%s', (_, after, expected) => {
    expect(difference(before, configOf(after))).toEqual({ ...nothing, ...expected })
  })

  it.each(profileCases)('in profile.yaml: %s', (_, after, paths, folds) => {
    const found = difference(before, configOf(hub, after))
    expect(found).toEqual({ ...nothing, paths: paths.map((path) => `profile.${path}`), folds })
  })

  it.each(refusals)('cannot be taken over: %s', (_, after, refused) => {
    expect(difference(before, configOf(after)).refused).toEqual(refused)
  })

  it('a hub may be renamed while its identity key is stated', () => {
    const keyed = { ...hub, hub: { ...hub.hub, identityKey: 'k' } }
    const renamed = { ...hub, hub: { ...keyed.hub, name: 'Store' } }
    expect(difference(configOf(keyed), configOf(renamed))).toEqual({ ...nothing, paths: ['hub.name'] })
  })

  it('says the same both ways', () => {
    for (const [, after] of hubCases) {
      const other = configOf(after)
      const [there, back] = [difference(before, other), difference(other, before)]
      expect([...back.paths].sort()).toEqual([...there.paths].sort())
      expect(back.connectors).toEqual({
        added: there.connectors.removed,
        removed: there.connectors.added,
        changed: there.connectors.changed,
      })
    }
  })
})
