import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectorTo, type Dialect, dialects } from '../rough/dialect.ts'
import type { ToolProcess } from '../rough/tool-process.ts'

/** So many decisions may be made for the scarce offer, over everybody; and so many of the rare one for each customer. */
export const caps = { scarce: 25, rare: 1 } as const

const content = (headline: string) => ({ default: { 'en-GB': { headline } } })
const placementOf = ({ use, channel }: Dialect) => ({
  key: `${use}-hero`,
  channel,
  connector: use,
  slot: 'lead',
  fields: { headline: { type: 'text', max: 80, required: true } },
  fallback: { 'en-GB': { headline: 'New in' } },
})
const registry = {
  segments: [
    { key: 'buyers', when: { event: 'Order Completed' } },
    { key: 'pro', when: { trait: 'plan', is: 'pro' } },
  ],
  slots: [{ key: 'lead', hold: '1s' }],
  placements: dialects.map(placementOf),
  offers: [
    { key: 'rare', limits: { perCustomer: { max: caps.rare, within: '90d' } }, content: content('Rare') },
    { key: 'scarce', limits: { total: caps.scarce }, content: content('Scarce') },
    { key: 'care', content: content('Care') },
  ],
  rules: [
    { key: 'rare', slot: 'lead', when: { segment: 'pro' }, offer: 'rare', tier: 30 },
    { key: 'scarce', slot: 'lead', when: { segment: 'buyers' }, offer: 'scarce', tier: 20 },
    { key: 'care', slot: 'lead', when: { trait: 'plan', exists: true }, offer: 'care', tier: 10 },
  ],
}
const profile = {
  identifiers: { userId: { limit: 1 }, email: { limit: 3 }, anonymousId: { limit: 50 } },
  traits: { plan: { type: 'string' } },
  computed: {
    revenue: { fn: 'sum', event: 'Order Completed', property: 'revenue' },
    orders: { fn: 'count', event: 'Order Completed' },
  },
  consents: { marketing: { default: 'denied', channels: dialects.map(({ channel }) => channel) } },
  events: {
    types: { 'Order Completed': { key: 'order_id', properties: { order_id: 'string', revenue: 'number' } } },
  },
}

const variable = (use: string, name: string) => `TOOL_${use}_${name}`.toUpperCase()
/** JSON is YAML. */
const put = (folder: string, name: string, value: unknown) => writeFileSync(join(folder, name), JSON.stringify(value))

/** Writes a shop whose tools are those processes. Answers with its hub.yaml, and the variables that its secrets come from. */
export const writeShop = (folder: string, tools: ReadonlyMap<string, ToolProcess>) => {
  mkdirSync(join(folder, 'rules'), { recursive: true })
  const settingsOf = ({ use }: Dialect) => Object.entries(tools.get(use)?.settings ?? {})
  const opened = dialects.filter(({ use }) => tools.has(use))
  const connectors = opened.map((dialect) => [
    dialect.use,
    {
      ...connectorTo(dialect, `${dialect.use}-hero`),
      settings: Object.fromEntries(settingsOf(dialect).map(([name]) => [name, `\${${variable(dialect.use, name)}}`])),
      limits: { batch: 4, timeoutMs: 1_000 },
    },
  ])
  put(folder, 'hub.yaml', {
    hub: { name: 'Killed', loopback: true },
    sources: { admin: { rank: 20 } },
    connectors: Object.fromEntries(connectors),
  })
  put(folder, 'profile.yaml', profile)
  put(join(folder, 'rules'), 'all.yaml', registry)
  const env = opened.flatMap((dialect) =>
    settingsOf(dialect).map(([name, value]) => [variable(dialect.use, name), String(value)] as const),
  )
  return { file: join(folder, 'hub.yaml'), env: Object.fromEntries(env) }
}
