import type { Decision } from '../../core/decide/decision.ts'
import type { ConnectorView } from '../../core/flow/connector-operations.ts'
import type { ImportProgress, KeyView, Operations } from '../../core/flow/operations.ts'
import type { ProfileView } from '../../core/flow/profile-operations.ts'
import type { MessageKind } from '../../core/profile/message.ts'
import { registry } from '../../core/rules/registry.ts'

/** Keys that the fake hub knows: for each scope one that is named like it, and `all`. */
const scopesByKey: Readonly<Record<string, readonly string[]>> = {
  'key-ingest': ['ingest'],
  'key-decide': ['decide'],
  'key-read': ['read'],
  'key-author': ['author'],
  'key-publish': ['publish'],
  'key-admin': ['admin'],
  'key-all': ['ingest', 'decide', 'read', 'author', 'publish', 'admin'],
}

/** The origin of the pages that may use `key-page`, a public key. */
export const pageOrigin = 'https://shop.example'

/** What reached the fake hub through ingest. */
export interface Received {
  readonly messages: readonly unknown[]
  readonly kind: MessageKind | undefined
  readonly sentAt: number | null
  readonly actor: string
  readonly imported: boolean
}

export const adaId = '6c1b1f0a'
const ada: ProfileView = {
  id: adaId,
  identifiers: [{ type: 'email', value: 'ada@example.test' }],
  traits: { 'address.city': 'Bern', firstName: 'Ada' },
  computed: { orders: 2 },
  consents: { email_marketing: true },
  segments: ['headphone-fans'],
  provenance: { firstName: { source: 'web', at: '2026-11-21T12:00:00.000Z' } },
}
const counts = { considered: 1, audience: 0, schedule: 0, validity: 0, eligible: 0, content: 0, cap: 0 }
const finalists = [{ rule: 'care', offer: 'headphone-care', tier: 0, score: 12, lost: null }]
const decision: Decision = {
  id: 'd1',
  node: 'n1',
  slot: 'lead-offer',
  offer: 'headphone-care',
  rule: 'care',
  revision: 'r1',
  tier: 0,
  score: 12,
  since: Date.parse('2026-11-21T12:00:00Z'),
  endedAt: null,
  trace: JSON.stringify({ segments: ['headphone-fans'], finalists, counts }),
}
const mail: ConnectorView = {
  id: 'mail',
  use: 'mailer',
  title: 'Mailer',
  channel: 'email',
  phase: 'shadow',
  phaseSince: '2026-11-21T12:00:00.000Z',
  health: 'ok',
  problem: null,
  account: 'Demo shop',
  contacts: 120,
  pending: 3,
  deadLetters: 1,
  lagS: 2,
  sandbox: { url: 'http://127.0.0.1:4700' },
}
const share = { customers: 100, agree: 80, contradictory: 5, share: 0.8 }
const rules = registry.parse({
  segments: [{ key: 'headphone-fans', when: { event: 'Order Completed' } }],
  slots: [{ key: 'lead-offer' }],
  placements: [
    { key: 'mail-hero', channel: 'email', slot: 'lead-offer', fallback: { 'en-GB': { headline: 'New in' } } },
  ],
  offers: [{ key: 'headphone-care', content: { default: { 'en-GB': { headline: 'Care' } } } }],
  rules: [{ key: 'care', slot: 'lead-offer', when: { segment: 'headphone-fans' }, offer: 'headphone-care' }],
})
const forAda = async <T>(id: string, value: T): Promise<T | null> => (id === adaId ? value : null)
const page = <T>(...items: readonly T[]) => ({ items, next: null })

const people = {
  listProfiles: async ({ identifier }) =>
    identifier === undefined || identifier.value === 'ada@example.test' ? page(ada) : page(),
  profile: (id) => forAda(id, ada),
  timeline: (id) =>
    forAda(
      id,
      page({
        kind: 'event',
        messageId: 'm1',
        type: 'track',
        event: 'Order Completed',
        timestamp: '2026-11-21T12:00:00.000Z',
        receivedAt: '2026-11-21T12:00:01.000Z',
        source: 'web',
        properties: { order_id: 'o1' },
      }),
    ),
  decisions: (id) => forAda(id, [decision]),
  explain: (id, slot) =>
    forAda(
      id,
      slot === 'lead-offer'
        ? {
            slot,
            offer: 'headphone-care',
            decision,
            finalists,
            counts,
            reason: { code: 'won', rule: 'care' },
            until: null,
            revision: 'r1',
          }
        : undefined,
    ),
  channels: (id) =>
    forAda(id, [
      {
        connector: 'mail',
        channel: 'email',
        phase: 'shadow',
        contact: { type: 'email', value: 'ada@example.test' },
        remoteId: null,
        desired: { FNAME: 'Ada' },
        acknowledged: null,
        pending: true,
        state: 'unknown',
        error: null,
      },
    ]),
  split: (id, identifiers) => forAda(id, [id, ...identifiers.map(({ value }) => `of-${value}`)]),
  exportProfile: (id) => forAda(id, { profile: ada, messages: [] }),
  erase: (id) => forAda(id, { erased: true, connectors: ['mail'] }),
} satisfies Partial<Operations>

const tools = {
  connectors: async () => [mail],
  connector: async (id) => (id === 'mail' ? mail : null),
  check: async () => ({ account: 'Demo shop', epoch: 'e1', skewS: 0 }),
  setup: async () => ({ created: ['field FNAME'], present: [], manual: [] }),
  pull: async () => ({ records: 7 }),
  replay: async () => ({ replayed: 1 }),
  gates: async () => [{ gate: 'time in shadow', required: false, met: false, found: '0.0 days', wanted: '14 days' }],
  setPhase: async (_, phase) =>
    phase === 'pilot' ? { denied: 'A pilot needs a rollout: name one in hub.yaml.' } : { phase },
  content: async (_, { search }) => ({
    entries: [
      { id: '7', title: `Care ${search}`, kind: 'post', locale: null, url: null, updatedAt: '2026-11-20T12:00:00Z' },
    ],
  }),
  observedRules: async () => ({
    rules: [
      {
        id: 'a1',
        name: 'Win back',
        kind: 'automation',
        active: true,
        audience: null,
        says: 'Come back',
        changedAt: null,
        names: ['headphone-care'],
      },
    ],
    contradictions: [{ placement: 'mail-hero', slot: 'lead-offer', shows: 'win-back', customers: 12 }],
  }),
  shadow: async () => page({ at: '2026-11-21T12:00:00.000Z', contact: 'c1', would: { FNAME: 'Ada' }, holds: null }),
  deliveries: async () =>
    page({ at: '2026-11-21T12:00:00.000Z', contact: 'c1', outcome: 'applied', reason: null, fields: { FNAME: 'Ada' } }),
  deadLetters: async () =>
    page({ contact: 'c2', since: '2026-11-21T12:00:00.000Z', attempts: 5, reason: 'invalid address' }),
  webhook: async (id, { headers }) => {
    if (id !== 'mail') return 'unknown'
    if (headers['x-signature'] === 'hint') return 'later'
    return headers['x-signature'] === 'good' ? 'accepted' : 'forged'
  },
} satisfies Partial<Operations>

const reports = {
  disagreements: async () =>
    page({
      profile: adaId,
      slot: 'lead-offer',
      shown: [
        { connector: 'mail', offer: 'care' },
        { connector: 'shop', offer: null },
      ],
    }),
  coherence: async () => ({
    at: '2026-11-21T12:00:00.000Z',
    slots: [{ slot: 'lead-offer', before: { ...share, share: 0.4, agree: 40 }, now: share, live: share }],
    channels: [
      {
        connector: 'mail',
        channel: 'email',
        phase: 'shadow',
        inScope: 110,
        decided: 1,
        agreedBefore: 40,
        agreed: 80,
        pending: 3,
        oldestPendingS: 4,
      },
    ],
  }),
  phases: async () => [{ connector: 'mail', phase: 'shadow', at: '2026-11-21T12:00:00.000Z', by: 'admin' }],
  deliveryTotals: async () => [{ connector: 'mail', outcome: 'applied', count: 12 }],
} satisfies Partial<Operations>

const keyRing = (): Pick<Operations, 'authenticate' | 'knowsOrigin' | 'keys' | 'createKey' | 'revokeKey'> => {
  const keys = new Map<string, KeyView>()
  return {
    authenticate: async (presented) => {
      const scopes = scopesByKey[presented]
      const name = presented.replace('key-', 'name-')
      const browser = { origins: [pageOrigin], signingSecret: 'signing' }
      if (presented === 'key-page') return { actor: { name, browser }, scopes: ['ingest', 'decide'] }
      return scopes ? { actor: { name }, scopes } : null
    },
    keys: async () => [...keys.values()],
    knowsOrigin: async (origin) => origin === pageOrigin,
    createKey: async ({ name, scopes, origins }) => {
      const view: KeyView = {
        id: `k${keys.size + 1}`,
        name,
        scopes,
        createdAt: '2026-11-21T12:00:00.000Z',
        kind: origins === undefined ? 'secret' : 'public',
        origins: origins ?? [],
      }
      keys.set(view.id, view)
      return { ...view, key: `secret-of-${name}` }
    },
    revokeKey: async (id) => keys.delete(id),
  }
}

/** A hub that is all answers and no work: what HTTP and command line are tested against. */
export const fakeHub = (overrides: Partial<Operations> = {}) => {
  const received: Received[] = []
  const progress = new Map<string, ImportProgress | null>()
  const operations: Operations = {
    ingest: async (messages, { actor, sentAt, kind, imported = false }) => {
      received.push({ messages, kind, sentAt, actor: actor.name, imported })
      return { accepted: messages.length, repeated: 0, refused: [] }
    },
    importProgress: async (id, { name }) => progress.get(`${name} ${id}`) ?? null,
    noteImport: async (id, noted, { name }) => void progress.set(`${name} ${id}`, noted),
    decide: async ({ placements = ['mail-hero'] }) => {
      const unknown = placements.filter((key) => key !== 'mail-hero')
      if (unknown.length > 0) return { unknownPlacements: unknown }
      const won = { offer: 'headphone-care', variant: 'care', content: { headline: 'Care' }, decisionId: 'd1' }
      const reason = { code: 'won', rule: 'care' } as const
      return {
        profileId: adaId,
        revision: 'r1',
        decisions: [{ placement: 'mail-hero', slot: 'lead-offer', ...won, reason }],
      }
    },
    ...people,
    registry: () => ({ revision: 'r1', registry: rules }),
    revisions: async () =>
      page({ revision: 'r1', publishedAt: '2026-11-21T12:00:00.000Z', by: 'admin', current: true }),
    count: async () => ({ count: 7, seq: 3, at: '2026-11-21T12:00:00.000Z' }),
    publish: async () => ({ revision: 'r2', changed: true }),
    reload: async () => ({
      changed: ['connectors.mail.map'],
      waiting: [{ kind: 'rules', key: 'care', change: 'changed' }],
    }),
    plan: async () => ({
      changed: ['connectors.mail.map'],
      connectors: [{ connector: 'mail', contacts: 120, writes: 3 }],
    }),
    config: () => ({ loadedAt: '2026-11-21T12:00:00.000Z', problems: [], waiting: [] }),
    ...tools,
    ...reports,
    ...keyRing(),
    about: () => ({ version: '0.0.0', node: '20.0.0', at: '2026-11-21T12:00:00.000Z' }),
    backup: async () => {
      throw new Error('the fake hub has no store')
    },
    readiness: () => ({ ready: true, waitingFor: [] }),
    metrics: async () => '# TYPE leitstern_messages_total counter\nleitstern_messages_total 3\n',
    ...overrides,
  }
  return { operations, received }
}
