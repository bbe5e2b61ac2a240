import { hubSettings } from '../../core/config/hub.ts'
import type { Config } from '../../core/config/load.ts'
import { type ProfileSettings, profileSettings } from '../../core/profile/settings.ts'
import { registry } from '../../core/rules/registry.ts'
import { settings as ruleSettings } from '../core/rules/given.ts'
import type { Chance } from './chance.ts'

export const toolNames = ['mail', 'site', 'crm'] as const
export type ToolName = (typeof toolNames)[number]
export const timezone = 'Europe/Berlin'

/** What is declared of customers: what the naive reading of conditions knows of, and how people are told apart. */
export const settings: ProfileSettings = profileSettings.parse({
  ...ruleSettings,
  identifiers: { userId: { limit: 1 }, email: { limit: 2 }, anonymousId: { limit: 20, sharedWithin: '30d' } },
})

/** What may differ from one start to the next. */
export interface Variation {
  readonly percent: number
  readonly lines: 'all' | 'few'
  readonly rank: number
}
export const variationOf = (chance: Chance): Variation => ({
  percent: chance.pick([25, 50, 75]),
  lines: chance.pick(['all', 'all', 'few'] as const),
  rank: chance.int(0, 2),
})

const consents: Readonly<Record<ToolName, Record<string, unknown>>> = {
  mail: { purpose: 'email', onWithdraw: 'clear' },
  site: { none: true, because: 'a page shows what it shows to everybody' },
  crm: { purpose: 'email', onWithdraw: 'keep' },
}
const connectorOf = (name: ToolName, { lines }: Variation): Record<string, unknown> => ({
  use: 'paper',
  channel: name,
  phase: 'observe',
  contact: { key: 'email', create: name === 'site' ? 'never' : 'inScope' },
  consent: consents[name],
  ...(name === 'crm' ? { scope: { not: { trait: 'country', is: 'FR' } } } : {}),
  map: {
    firstName: 'NAME',
    ...(lines === 'all' ? { orders: 'ORDERS', 'segment.buyers': { tag: 'Buyers' } } : {}),
    ...(name === 'mail' ? { 'subscription.endsAt': { field: 'SUBEND', owner: 'tool' } } : {}),
    [`placement.${name}-hero.headline`]: 'HEAD',
    [`placement.${name}-hero.offer`]: 'OFFER',
    [`placement.${name}-hero.decisionId`]: 'DEC',
  },
})

export const configOf = (rules: Record<string, unknown>, variation: Variation): Config => {
  const {
    include: _,
    registry: { publish },
    profile: __,
    ...hub
  } = hubSettings.parse({
    hub: { name: 'Simulated', timezone, locales: ['en-GB', 'de-DE'] },
    connectors: Object.fromEntries(toolNames.map((name) => [name, connectorOf(name, variation)])),
    rollouts: { first: { percent: variation.percent, connectors: [...toolNames] } },
    sources: { web: { rank: 1 }, office: { rank: variation.rank } },
  })
  return { ...hub, profile: settings, registry: registry.parse(rules), publish, files: [], folder: process.cwd() }
}
