import { z } from 'zod'
import type { Needs, SetupReport } from '../../core/contract/connector.ts'
import { isPossible } from './customer.ts'
import { pageSize } from './find.ts'
import type { Wire } from './settings.ts'
import { topics } from './webhook.ts'

const hook = z.object({ id: z.number(), topic: z.string(), delivery_url: z.string(), status: z.string() })
type Hook = z.output<typeof hook>
type Wanted = Pick<Hook, 'topic' | 'delivery_url'> & { readonly secret: string }

const lookUpHooks = async ({ http }: Wire, url: string): Promise<readonly Hook[]> => {
  const found: Hook[] = []
  for (let page = 1; ; page += 1) {
    const query = { per_page: pageSize, page }
    const { body } = await http({ method: 'GET', path: '/webhooks', query, reply: z.array(hook) })
    found.push(...body)
    if (body.length < pageSize) return found.filter(({ delivery_url }) => delivery_url === url)
  }
}
/** Made anew, or switched on again: the shop disables a webhook after five deliveries that nobody took. */
const ensureHook = async ({ http }: Wire, there: Hook | undefined, wanted: Wanted): Promise<void> => {
  const { secret, ...own } = wanted
  const made = { name: `Leitstern ${own.topic}`, ...own, secret, status: 'active' }
  const call = there
    ? ({ method: 'PUT', path: `/webhooks/${there.id}`, json: { secret, status: 'active' } } as const)
    : ({ method: 'POST', path: '/webhooks', json: made } as const)
  await http({ ...call, reply: hook })
}
const setUpWebhooks = async (ctx: Wire): Promise<SetupReport> => {
  const { webhookUrl: url, webhookSecret: secret } = ctx.settings
  if (url === undefined || secret === undefined) {
    const manual = ['webhooks: set webhookUrl and webhookSecret and set up again; until then only pulls bring news']
    return { created: [], present: [], manual }
  }
  const hooks = await lookUpHooks(ctx, url)
  const isOn = (topic: string) => hooks.some((found) => found.topic === topic && found.status === 'active')
  const missing = topics.filter((topic) => !isOn(topic))
  for (const topic of missing) {
    const there = hooks.find((found) => found.topic === topic)
    await ensureHook(ctx, there, { topic, delivery_url: url, secret })
  }
  const line = (topic: string) => `webhook ${topic}`
  return { created: missing.map(line), present: topics.filter(isOn).map(line), manual: [] }
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
