import { hubSettings } from '../../core/config/hub.ts'
import type { Config } from '../../core/config/load.ts'
import type { Log } from '../../core/flow/core.ts'
import { type Flow, openFlow } from '../../core/flow/open.ts'
import { openTool } from '../../core/flow/tools.ts'
import { type ProfileSettings, profileSettings } from '../../core/profile/settings.ts'
import { registry as registrySchema } from '../../core/rules/registry.ts'
import type { Store } from '../../core/store/port.ts'
import { openSqlite } from '../../core/store/sqlite.ts'
import { openPaper, type PaperTool } from './paper.ts'

export interface Box {
  readonly flow: Flow
  readonly store: Store
  readonly clock: { now: number }
  /** Tells the hub a message and waits for the commit. */
  readonly say: (...messages: readonly Record<string, unknown>[]) => Promise<void>
  readonly at: (iso: string) => void
  /** What stands in the config files from now on, beside what stood there before; read when the hub is told to. */
  readonly write: (files: Partial<BoxOptions>) => void
  readonly close: () => Promise<void>
}
export interface BoxOptions {
  readonly hub?: Record<string, unknown>
  readonly profile?: Record<string, unknown>
  readonly registry?: Record<string, unknown>
  readonly connectors?: Record<string, unknown>
  readonly rollouts?: Record<string, unknown>
  readonly sources?: Record<string, unknown>
  readonly samples?: readonly { readonly file: string }[]
  readonly papers?: Readonly<Record<string, PaperTool>>
  /** How real tools are opened, where there are no papers. */
  readonly openTool?: typeof openTool
  /** Where the store is; in memory unless stated. */
  readonly path?: string
  readonly clock?: { now: number }
  /** Things happen by themselves, as in a hub that runs; nothing does unless stated. */
  readonly unattended?: boolean
  /** Told what the hub logs; errors go to the console unless stated. */
  readonly log?: Log
  /** In place of the embedded store. */
  readonly store?: Store
}
const noon = Date.parse('2026-11-21T12:00:00Z')

export const testProfile: ProfileSettings = profileSettings.parse({
  identifiers: {
    userId: { limit: 1 },
    email: { limit: 3 },
    phone: { limit: 3, region: 'DE' },
    anonymousId: { limit: 50 },
  },
  traits: {
    firstName: { type: 'string', class: 'contact' },
    plan: { type: 'string' },
    locale: { type: 'string' },
    'subscription.endsAt': { type: 'datetime' },
  },
  computed: {
    revenue: { fn: 'sum', event: 'Order Completed', property: 'revenue' },
    orders: { fn: 'count', event: 'Order Completed' },
  },
  consents: { marketing: { default: 'denied', channels: ['email'] } },
  events: {
    types: {
      'Order Completed': {
        key: 'order_id',
        properties: { order_id: 'string', revenue: 'number', 'products[].sku': 'string' },
      },
    },
  },
})

const configOf = (options: BoxOptions): Config => {
  const {
    include: _,
    registry: rules,
    profile: __,
    ...hub
  } = hubSettings.parse({
    hub: { name: 'Box', timezone: 'UTC', locales: ['en-GB', 'de-DE'], ...options.hub },
    connectors: options.connectors ?? {},
    rollouts: options.rollouts ?? {},
    sources: options.sources ?? {},
    samples: options.samples ?? [],
  })
  return {
    ...hub,
    profile: options.profile === undefined ? testProfile : profileSettings.parse(options.profile),
    registry: registrySchema.parse(options.registry ?? {}),
    publish: rules.publish,
    files: [],
    folder: process.cwd(),
  }
}

/** A whole hub in one process, without HTTP, on a clock that only the test moves. */
export const hubInABox = async (options: BoxOptions): Promise<Box> => {
  const clock = options.clock ?? { now: noon }
  const store = options.store ?? openSqlite(options.path ?? ':memory:')
  const silent = () => {}
  let files = options
  const flow = await openFlow({
    config: configOf(options),
    store,
    data: null,
    adminKey: 'test-admin',
    clock: () => clock.now,
    chance: () => 0.5,
    log: options.log ?? { info: silent, warn: silent, error: (fields, message) => console.error(message, fields) },
    unattended: options.unattended ?? false,
    openTool: options.papers === undefined ? (options.openTool ?? openTool) : openPaper(options.papers),
    readConfig: async () => ({ config: configOf(files) }),
  })
  await flow.begin()
  return {
    flow,
    store,
    clock,
    say: async (...messages) => {
      const answer = await flow.operations.ingest(messages, { actor: { name: 'web' }, sentAt: null })
      if ('retryAfterS' in answer) throw new Error('the box is behind')
      if (answer.refused.length > 0) throw new Error(`refused: ${JSON.stringify(answer.refused)}`)
    },
    at: (iso) => {
      clock.now = Date.parse(iso)
    },
    write: (changed) => {
      files = { ...files, ...changed }
    },
    close: () => flow.close(),
  }
}
