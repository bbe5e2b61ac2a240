import { z } from 'zod'
import type { Needs, SetupReport } from '../../core/contract/connector.ts'
import { all } from './api.ts'
import { createList, lookUpLists } from './list.ts'
import type { Wire } from './settings.ts'
import { topics } from './webhook.ts'

const webhook = z.object({ id: z.string(), attributes: z.object({ name: z.string() }) })
const topic = z.object({ id: z.string() })
const webhookName = 'Leitstern'
const nothing: SetupReport = { created: [], present: [], manual: [] }

const byHand = (why: string): SetupReport => ({
  ...nothing,
  manual: [
    `webhook: ${why}; create it in Klaviyo under Integrations, Webhooks, for the topics ${topics.join(', ')}, with the secret of webhookSecret`,
  ],
})
/** Only accounts with the advanced data platform, and apps, may use the webhooks API: others get 403. */
const setUpWebhook = async (ctx: Wire): Promise<SetupReport> => {
  const { webhookUrl, webhookSecret } = ctx.settings
  if (webhookUrl === undefined || webhookSecret === undefined) return nothing
  const reply = z.object({ data: z.array(webhook).nullish() })
  const { status, body } = await ctx.http({ method: 'GET', path: '/api/webhooks', accept: [403], reply })
  if (status === 403) return byHand('this account may not manage webhooks by API')
  if ((body.data ?? []).some(({ attributes }) => attributes.name === webhookName))
    return { ...nothing, present: [`webhook ${webhookName}`] }
  const known = (await all(ctx, '/api/webhook-topics', topic)).items.map(({ id }) => id)
  const wanted = topics.filter((id) => known.includes(id))
  if (wanted.length === 0) return byHand('the account lists none of our topics')
  const data = {
    type: 'webhook',
    attributes: { name: webhookName, endpoint_url: webhookUrl, secret_key: webhookSecret },
    relationships: { 'webhook-topics': { data: wanted.map((id) => ({ type: 'webhook-topic', id })) } },
  }
  await ctx.http({ method: 'POST', path: '/api/webhooks', json: { data }, reply: z.object({ data: webhook }) })
  return { ...nothing, created: [`webhook ${webhookName}`] }
}

const setUpLists = async (ctx: Wire, names: readonly string[]): Promise<SetupReport> => {
  const known = await lookUpLists(ctx, names)
  const missing = names.filter((name) => !known.has(name))
  for (const name of missing) await createList(ctx, name)
  const line = (name: string) => `list ${name}`
  return { ...nothing, created: missing.map(line), present: names.filter((name) => known.has(name)).map(line) }
}

/** Properties need no setup: Klaviyo keeps whatever comes with a profile. */
export const setUp = async (ctx: Wire, { fields, memberships }: Needs): Promise<SetupReport> => {
  const lists = await setUpLists(ctx, [...new Set(memberships.map(({ name }) => name))])
  const hook = await setUpWebhook(ctx)
  const properties = fields.map(({ name }) => `property ${name}: Klaviyo takes any`)
  return {
    created: [...lists.created, ...hook.created],
    present: [...properties, ...lists.present, ...hook.present],
    manual: hook.manual,
  }
}
