import { z } from 'zod'
import type { Needs, SetupReport } from '../../core/contract/connector.ts'
import { isPossible } from './customer.ts'
import { pageSize } from './find.ts'
import type { Wire } from './settings.ts'
import { topics } from './webhook.ts'

const hook = z.object({ topic: z.string(), delivery_url: z.string(), status: z.string() })

const lookUpTopics = async ({ http }: Wire, url: string): Promise<readonly string[]> => {
  const found: z.output<typeof hook>[] = []
  for (let page = 1; ; page += 1) {
    const query = { per_page: pageSize, page, status: 'active' }
    const { body } = await http({ method: 'GET', path: '/webhooks', query, reply: z.array(hook) })
    found.push(...body)
    if (body.length < pageSize) break
  }
  return found.filter(({ delivery_url }) => delivery_url === url).map(({ topic }) => topic)
}
const setUpWebhooks = async (ctx: Wire): Promise<SetupReport> => {
  const { webhookUrl: url, webhookSecret: secret } = ctx.settings
  if (url === undefined || secret === undefined) {
    const manual = ['webhooks: set webhookUrl and webhookSecret and set up again; until then only pulls bring news']
    return { created: [], present: [], manual }
  }
  const there = await lookUpTopics(ctx, url)
  const missing = topics.filter((topic) => !there.includes(topic))
  for (const topic of missing) {
    const json = { name: `Leitstern ${topic}`, topic, delivery_url: url, secret, status: 'active' }
    await ctx.http({ method: 'POST', path: '/webhooks', json, reply: z.object({ id: z.number() }) })
  }
  const line = (topic: string) => `webhook ${topic}`
  return { created: missing.map(line), present: topics.filter((topic) => there.includes(topic)).map(line), manual: [] }
}

/** Meta need no definition: a field comes into being with the first customer who has it. */
export const setUp = async (ctx: Wire, { fields }: Needs): Promise<SetupReport> => {
  const webhooks = await setUpWebhooks(ctx)
  const [possible, odd] = [true, false].map((wanted) => fields.filter(({ name }) => isPossible(name) === wanted))
  return {
    created: webhooks.created,
    present: [...(possible ?? []).map(({ name }) => `meta ${name}, which needs no definition`), ...webhooks.present],
    manual: [
      ...(odd ?? []).map(({ name }) => `meta ${name} cannot be written: map to a name without an underscore in front`),
      ...webhooks.manual,
    ],
  }
}
