import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { SandboxContact } from '../../../core/contract/sandbox.ts'
import { profileSettings } from '../../../core/profile/settings.ts'

/** profile.yaml as shipped, but revenue counts from the first order on, and the import makes up the addresses that the file leaves out. */
const profile = () => {
  const { imports, computed, ...shipped } = profileSettings.parse(parse(readFileSync('config/profile.yaml', 'utf8')))
  const { within: _, ...revenue } = computed.revenue ?? {}
  const email = "{% if CustomerID != '' %}c{{ CustomerID | split: '.' | first }}@retail.example{% endif %}"
  return {
    ...shipped,
    computed: { ...computed, revenue },
    imports: { 'shop-orders': { ...imports['shop-orders'], email } },
  }
}

const ordered = (more: object = {}) => ({ event: 'Order Completed', ...more })
const segments = [
  { key: 'big-spenders', when: { trait: 'revenue', gte: 5000 } },
  { key: 'lapsed-60', when: { all: [ordered(), { not: ordered({ withinLast: '60d' }) }] } },
  { key: 'heart-buyers', when: ordered({ where: { property: 'products[].sku', is: '85123A' } }) },
  { key: 'regulars', when: ordered({ withinLast: '90d', count: { gte: 3 } }) },
]

/** Offer -> whom it is for, at which tier, and what it says. */
export const offers: Readonly<Record<string, { segment: string; tier: number; headline: string }>> = {
  'thank-you': { segment: 'big-spenders', tier: 30, headline: 'Thank you for {{ orders }} orders' },
  'win-back': { segment: 'lapsed-60', tier: 20, headline: 'We miss you' },
  'heart-care': { segment: 'heart-buyers', tier: 10, headline: 'More hearts for your window' },
  club: { segment: 'regulars', tier: 0, headline: 'Join the club' },
}
export const urlOf = (offer: string | null): string => `https://retail.example/${offer ?? 'new'}`
/** Where there is no offer. */
export const neutral = 'New in'
const channels = { mail: 'email', site: 'wcm', shop: 'commerce', crm: 'crm' }
export type Tool = keyof typeof channels
export const tools: readonly Tool[] = ['mail', 'site', 'shop', 'crm']

const rules = {
  segments,
  slots: [{ key: 'lead', hold: '7d' }],
  placements: tools.map((connector) => ({
    key: `${connector}-hero`,
    channel: channels[connector],
    connector,
    slot: 'lead',
    fields: { headline: { type: 'text', max: 80, required: true }, url: { type: 'url' } },
    fallback: { 'en-GB': { headline: neutral, url: urlOf(null) } },
  })),
  offers: Object.entries(offers).map(([key, { headline }]) => ({
    key,
    content: { default: { 'en-GB': { headline, url: urlOf(key) } } },
  })),
  rules: Object.entries(offers).map(([key, { segment, tier }]) => ({
    key,
    slot: 'lead',
    when: { segment },
    offer: key,
    tier,
  })),
}

const shows = (tool: Tool, [headline, address, offer, decision]: readonly [string, string, string, string]) => ({
  [`placement.${tool}-hero.headline`]: headline,
  [`placement.${tool}-hero.url`]: address,
  [`placement.${tool}-hero.offer`]: offer,
  [`placement.${tool}-hero.decisionId`]: decision,
})
/** What of a customer goes where, in each tool's own way: numbers, times, truth values, texts and memberships. */
export const maps: Readonly<Record<Tool, Readonly<Record<string, string | Readonly<Record<string, string>>>>>> = {
  mail: {
    orders: 'LSORDERS',
    lastOrderAt: 'LSLAST',
    'segment.big-spenders': { tag: 'Big spenders' },
    'segment.lapsed-60': { tag: 'No order in 60 days' },
    'segment.heart-buyers': { tag: 'Hearts' },
    'segment.regulars': 'LSREGULAR',
    ...shows('mail', ['LSHEAD', 'LSURL', 'LSOFFER', 'LSDEC']),
  },
  site: {
    orders: 'leitstern_orders',
    lastOrderAt: 'leitstern_last_order',
    'segment.big-spenders': 'leitstern_big_spender',
    'segment.regulars': 'leitstern_regular',
    ...shows('site', ['leitstern_headline', 'leitstern_url', 'leitstern_offer', 'leitstern_decision']),
  },
  shop: {
    orders: 'leitsternOrders',
    lastOrderAt: 'leitsternLastOrder',
    'segment.big-spenders': { group: 'Big spenders' },
    'segment.heart-buyers': { group: 'Hearts' },
    'segment.regulars': 'leitsternRegular',
    ...shows('shop', ['leitsternHeadline', 'leitsternUrl', 'leitsternOffer', 'leitsternDecision']),
  },
  crm: {
    orders: 'leitstern_orders',
    lastOrderAt: 'leitstern_last_order',
    'segment.big-spenders': { list: 'Big spenders' },
    'segment.lapsed-60': { list: 'No order in 60 days' },
    'segment.regulars': 'leitstern_regular',
    ...shows('crm', ['leitstern_headline', 'leitstern_url', 'leitstern_offer', 'leitstern_decision']),
  },
}

const uses = { mail: 'mailchimp', site: 'wordpress', shop: 'vendure', crm: 'hubspot' }
/** Two tools may be given customers whom they do not know. */
const creating: readonly Tool[] = ['mail', 'shop']
const connector = (tool: Tool) => ({
  use: uses[tool],
  channel: channels[tool],
  sandbox: { seed: `./${tool}.json` },
  contact: { key: 'email', create: creating.includes(tool) ? 'inScope' : 'never' },
  consent: { none: true, because: 'the data set says nothing of consent' },
  map: maps[tool],
})

/** Customers as the tools know them before the hub comes, each with something of the tool's own, and something stale in what is to be the hub's. */
export const seedsOf = (emails: readonly string[]): Readonly<Record<Tool, readonly SandboxContact[]>> => {
  const known = (every: number, own: Omit<SandboxContact, 'email'>) =>
    [...emails.filter((_, index) => index % every === 0), 'stranger@retail.example'].map((email) => ({ ...own, email }))
  return {
    mail: known(7, { fields: { SHOESIZE: 39 }, memberships: ['tag/Big spenders', 'tag/Reader'], consent: false }),
    site: known(1, { firstName: 'Jo', fields: { old_promo: 'tea', leitstern_offer: 'stale' }, memberships: [] }),
    shop: known(2, {
      lastName: 'Smith',
      fields: { wholesale: true, leitsternOffer: 'stale' },
      memberships: ['group/Hearts', 'group/Traders'],
    }),
    crm: known(1, {
      firstName: 'Jo',
      fields: { agent: 'Kim' },
      memberships: ['list/Big spenders', 'list/Christmas cards'],
    }),
  }
}

/** Writes the config of the shop into a folder; its tools are off. Answers where hub.yaml is. */
export const writeShop = (folder: string, emails: readonly string[]): string => {
  const write = (name: string, content: unknown) => writeFileSync(join(folder, name), JSON.stringify(content))
  mkdirSync(join(folder, 'rules'), { recursive: true })
  // JSON is YAML.
  write('profile.yaml', profile())
  write('rules/rules.yaml', rules)
  write('hub.yaml', {
    hub: { name: 'Online retail', timezone: 'Europe/London', locales: ['en-GB'] },
    connectors: Object.fromEntries(tools.map((tool) => [tool, connector(tool)])),
  })
  for (const [tool, contacts] of Object.entries(seedsOf(emails))) write(`${tool}.json`, { contacts })
  return join(folder, 'hub.yaml')
}
