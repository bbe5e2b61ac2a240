import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { runningHub, temporaryFolder } from '../support/running-hub.ts'
import { profile, rules } from './four-tools-rules.ts'
import * as ghost from './ghost-site.ts'
import * as tryton from './tryton-server.ts'
import * as vendure from './vendure-server.ts'
import * as wordpress from './wordpress-site.ts'

const webhookSecret = `whsec_${randomBytes(32).toString('base64')}`
/** Secrets come in as they do for everybody: by the environment. */
const env = {
  WORDPRESS_PASSWORD: wordpress.password,
  WORDPRESS_WEBHOOK_SECRET: webhookSecret,
  VENDURE_API_KEY: vendure.apiKey,
  GHOST_ADMIN_KEY: ghost.adminKey,
  TRYTON_PASSWORD: tryton.password,
}
const use = {
  site: {
    use: 'wordpress',
    channel: 'wcm',
    settings: {
      ...{ url: wordpress.url, user: wordpress.user },
      ...{ password: '${WORDPRESS_PASSWORD}', webhookSecret: '${WORDPRESS_WEBHOOK_SECRET}' },
    },
    map: {
      'placement.site-hero.headline': 'leitstern_headline',
      'placement.site-hero.url': 'leitstern_url',
      'placement.site-hero.offer': 'leitstern_offer',
      'placement.site-hero.decisionId': 'leitstern_decision',
    },
  },
  shop: {
    use: 'vendure',
    channel: 'commerce',
    settings: { baseUrl: vendure.baseUrl, apiKey: '${VENDURE_API_KEY}' },
    map: {
      firstName: { field: 'firstName', owner: 'tool' },
      'segment.headphone-buyers': { group: 'Headphone buyers' },
      'placement.shop-banner.headline': 'leitsternHeadline',
      'placement.shop-banner.url': 'leitsternUrl',
      'placement.shop-banner.offer': 'leitsternOffer',
      'placement.shop-banner.decisionId': 'leitsternDecision',
    },
  },
  news: {
    use: 'ghost',
    channel: 'newsletter',
    settings: { url: ghost.url, adminKey: '${GHOST_ADMIN_KEY}', noteFields: ['headline', 'offer'] },
    map: {
      'segment.newcomers': { label: 'Newcomers' },
      'segment.headphone-buyers': { label: 'Headphone buyers' },
      'placement.member-note.headline': 'headline',
      'placement.member-note.offer': 'offer',
    },
  },
  crm: {
    use: 'tryton',
    channel: 'crm',
    settings: { baseUrl: tryton.baseUrl, user: 'admin', password: '${TRYTON_PASSWORD}' },
    map: {
      'segment.newcomers': { category: 'Newcomers' },
      'segment.headphone-buyers': { category: 'Headphone buyers' },
      'placement.crm-hint.headline': 'other',
    },
  },
} as const
export const tools = ['site', 'shop', 'news', 'crm'] as const

/** Writes to nobody but customers of these first names, whomever else the tools have. */
const configFor = (firstNames: readonly string[]) => {
  const common = {
    phase: 'observe',
    contact: { key: 'email', create: 'never' },
    scope: { trait: 'firstName', in: firstNames },
    consent: { purpose: 'marketing', onWithdraw: 'clear' },
    pull: { every: '*/5 * * * * *' },
  }
  const connectors = Object.fromEntries(Object.entries(use).map(([key, own]) => [key, { ...common, ...own }]))
  return { hub: { name: 'Four tools', loopback: true }, connectors }
}
const key = z.object({ key: z.string() })

/** A hub as `npm start` runs it, which does by itself all that it does, beside four tools that it observes. */
export const hubBesideFourTools = async (firstNames: readonly string[]) => {
  const folder = temporaryFolder()
  const file = (name: string, value: object) => writeFileSync(join(folder.path, name), JSON.stringify(value))
  mkdirSync(join(folder.path, 'rules'))
  file('hub.yaml', configFor(firstNames))
  file('profile.yaml', profile)
  file('rules/rules.yaml', rules)
  const hub = await runningHub(join(folder.path, 'hub.yaml'), join(folder.path, 'data'), env)
  await hub.ready()
  const keyFor = async (wish: object) => (await hub.read('/v1/keys', key, { json: wish })).key
  const settings = {
    hub: hub.url,
    connector: 'site',
    webhook_secret: webhookSecret,
    server_key: await keyFor({ name: 'wordpress', scopes: ['decide'] }),
  }
  wordpress.php(`return update_option( 'leitstern_settings', $given['settings'] );`, { settings })
  const close = async () => {
    await hub.close()
    folder.remove()
  }
  return { ...hub, close }
}
