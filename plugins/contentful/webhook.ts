import { z } from 'zod'
import { jsonIn } from '../../core/contract/json.ts'
import type { RawRequest, Webhook } from '../../core/contract/webhook.ts'
import type { Settings } from './settings.ts'

const event = z.object({
  sys: z.object({
    id: z.string().min(1),
    updatedAt: z.iso.datetime({ offset: true }),
    version: z.number().optional(),
    revision: z.number().optional(),
    contentType: z.object({ sys: z.object({ id: z.string() }) }),
  }),
})

const stamp = 'x-contentful-timestamp'
const pathOf = ({ webhookUrl }: Settings, { url }: RawRequest) =>
  webhookUrl === undefined ? url : new URL(webhookUrl).pathname

/**
 * Signed over method, path, the headers that it names and the body; good for 30 seconds, as Contentful's own toolkit has
 * it. Source: https://www.contentful.com/developers/docs/extensibility/app-framework/request-verification/
 */
export const webhook: Webhook<Settings> = {
  proof: {
    scheme: 'hmac',
    algorithm: 'sha256',
    encoding: 'hex',
    secret: ({ webhookSecret }) => webhookSecret,
    signatures: ({ headers }) => [headers['x-contentful-signature'] ?? ''],
    signed: (settings, request) => {
      const { method, headers, body } = request
      const names = (headers['x-contentful-signed-headers'] ?? '').split(',').map((name) => name.trim().toLowerCase())
      // A time that is not signed is no time.
      if (!names.includes(stamp)) return null
      const signed = names.map((name) => `${name}:${(headers[name] ?? '').trim()}`).join(';')
      return [`${method}\n${pathOf(settings, request)}\n${signed}\n`, body]
    },
    sentAt: ({ headers }) => (/^\d{13}$/.test(headers[stamp] ?? '') ? Number(headers[stamp]) : null),
    toleranceMs: 30_000,
  },
  /** The fields of a draft come in other events than those of what is published: an entry is read again. */
  parse({ contentType }, { headers, body }) {
    const { data } = event.safeParse(jsonIn(body))
    if (data?.sys.contentType.sys.id !== contentType) return []
    const { id, updatedAt, version, revision } = data.sys
    const topic = headers['x-contentful-topic'] ?? ''
    const name = headers['x-contentful-idempotency-key'] ?? `${topic}:${id}:${version ?? revision}:${updatedAt}`
    return [{ kind: 'hint', id: `webhook:${name}`, at: updatedAt, object: 'entry', remoteId: id }]
  },
}
