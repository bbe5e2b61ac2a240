import { createHash } from 'node:crypto'
import { z } from 'zod'
import { jsonIn } from '../../core/contract/json.ts'
import type { Webhook } from '../../core/contract/webhook.ts'
import type { Settings } from './settings.ts'

const event = z.object({ member: z.object({ current: z.object({ id: z.string().min(1) }) }) })
type Headers = Readonly<Record<string, string>>
/** `sha256=<hex>, t=<milliseconds>`. */
const partIn = (headers: Headers, name: string) =>
  new RegExp(`(?:^|,\\s*)${name}=([^,\\s]*)`).exec(headers['x-ghost-signature'] ?? '')?.[1] ?? ''
const millisecondsIn = (headers: Headers) => {
  const text = partIn(headers, 't')
  return /^\d{13}$/.test(text) ? Number(text) : null
}

/**
 * Signed over the body with the time right behind it. Source: https://docs.ghost.org/webhooks
 * A deletion has no `current`, and says nothing of a person.
 */
export const webhook: Webhook<Settings> = {
  proof: {
    scheme: 'hmac',
    algorithm: 'sha256',
    encoding: 'hex',
    secret: ({ webhookSecret }) => webhookSecret,
    signatures: ({ headers }) => [partIn(headers, 'sha256')],
    signed: (_, { headers, body }) => [body, partIn(headers, 't')],
    sentAt: ({ headers }) => millisecondsIn(headers),
  },
  parse(_, { headers, body }) {
    const { data } = event.safeParse(jsonIn(body))
    const sentAt = millisecondsIn(headers)
    if (!data || sentAt === null) return []
    const { id } = data.member.current
    const digest = createHash('sha256').update(body).digest('hex').slice(0, 12)
    // Deliveries have no id: one change of one member is sent once.
    const name = `webhook:${id}:${sentAt}:${digest}`
    return [{ kind: 'hint', id: name, at: new Date(sentAt).toISOString(), object: 'member', remoteId: id }]
  },
}
