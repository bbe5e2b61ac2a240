import type { HistoryEvent } from '../../../core/profile/component.ts'
import type { Profile } from '../../../core/profile/profile.ts'
import { type ProfileSettings, profileSettings } from '../../../core/profile/settings.ts'
import { compile } from '../../../core/rules/compile.ts'
import type { Program } from '../../../core/rules/program.ts'
import { type Registry, registry } from '../../../core/rules/registry.ts'

export const hour = 3_600_000
export const day = 24 * hour

const event = 'Order Completed'
/** What the cases declare of their customers. */
export const settings: ProfileSettings = profileSettings.parse({
  identifiers: { userId: { limit: 1 } },
  traits: {
    country: { type: 'string' },
    locale: { type: 'string' },
    firstName: { type: 'string' },
    age: { type: 'number' },
    vip: { type: 'boolean' },
    tags: { type: 'list' },
    birthday: { type: 'date' },
    'subscription.endsAt': { type: 'datetime' },
  },
  computed: {
    orders: { fn: 'count', event },
    recentOrders: { fn: 'count', event, within: '48h' },
    lastOrderAt: { fn: 'last', event, property: 'timestamp' },
    favourite: { fn: 'mostFrequent', event, property: 'products[].category', within: '72h' },
  },
  consents: { email: { default: 'denied' }, web: { default: 'granted' } },
  events: {
    types: {
      [event]: {
        properties: {
          total: 'number',
          coupon: 'string',
          shipsAt: 'datetime',
          'products[].sku': 'string',
          'products[].category': 'string',
          'products[].price': 'number',
        },
      },
      'Page Viewed': { properties: { path: 'string' } },
    },
  },
})

export interface GivenEvent {
  readonly event: string
  readonly at: number
  readonly properties?: Readonly<Record<string, unknown>>
}
export interface GivenProfile {
  readonly traits?: Readonly<Record<string, unknown>>
  readonly consents?: Readonly<Record<string, boolean>>
  readonly events?: readonly GivenEvent[]
}

const historyEvent = ({ event: name, at, properties = {} }: GivenEvent, index: number): HistoryEvent => ({
  node: 'n',
  name,
  source: 'test',
  message: `m${index}`,
  key: null,
  at,
  properties,
})

/** A customer of whom just this is known. */
export const customer = ({ traits = {}, consents = {}, events = [] }: GivenProfile): Profile => {
  const sorted = events.map(historyEvent).sort((a, b) => a.at - b.at)
  const names = [...new Set(sorted.map(({ name }) => name))]
  return {
    id: 'p',
    unit: 'n',
    nodes: [],
    traits: new Map(
      Object.entries(traits).map(([path, value]) => [path, { value, source: 'test', at: 0, conflicts: 0 }]),
    ),
    consents: new Map(
      Object.entries(consents).map(([purpose, granted]) => [purpose, { granted, at: 0, source: 'test' }]),
    ),
    events: new Map(names.map((name) => [name, sorted.filter((each) => each.name === name)])),
  }
}

export type Written = Partial<Record<keyof Registry, readonly unknown[]>>

/** A program of what is written here; dates are Berlin's. */
export const programOf = (written: Written = {}, timezone = 'Europe/Berlin'): Program =>
  compile({ registry: registry.parse(written), settings, timezone, locales: ['de-DE', 'en-GB'], revision: 'r1' })
