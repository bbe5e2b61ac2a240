import { z } from 'zod'
import type { Connectors } from '../flow/connector-operations.ts'
import { bodyLimits } from './body.ts'
import { Problem } from './problem.ts'
import { type Facts, type Route, route } from './route.ts'

const facts = {
  path: '/v1/hooks/:connector',
  tag: 'webhooks',
  scope: null,
  input: z.object({ params: z.object({ connector: z.string() }) }),
  response: z.object({ accepted: z.boolean() }),
} as const satisfies Partial<Facts>
const unknown = (id: string): Problem => new Problem('unknown-connector', `There is no connector ${id}.`)

/** Webhooks of the tools. No key: the tool's own signature over the raw bytes is what counts. */
export const hookRoutes = (operations: Connectors): readonly Route[] => [
  route({
    ...facts,
    id: 'webhook',
    method: 'post',
    summary: 'Takes a webhook of a tool',
    limit: bodyLimits.hook,
    handle: async ({ params: { connector } }, { raw }) => {
      const verdict = await operations.webhook(connector, raw())
      if (verdict === 'unknown') throw unknown(connector)
      if (verdict === 'forged') throw new Problem('forged', 'The signature does not fit these bytes.')
      if (verdict === 'later')
        throw new Problem('tool-away', 'The tool cannot be asked what it hints at: send it again.')
      return { accepted: verdict === 'accepted' }
    },
  }),
  route({
    ...facts,
    id: 'pingWebhook',
    method: 'get',
    summary: 'Answers tools that ask whether the address exists before they use it',
    handle: async ({ params: { connector } }) => {
      if ((await operations.connector(connector)) === null) throw unknown(connector)
      return { accepted: false }
    },
  }),
]
