import { z } from 'zod'
import type { Grant } from '../../core/contract/connector.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import type { Wire } from './settings.ts'

const token = z.object({ access_token: z.string().min(1) })
const refusal = z.object({ error: z.string(), error_description: z.string().catch('') })

/**
 * OAuth 2.0 client credentials, which only My Domain answers. Source:
 * https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_client_credentials_flow.htm
 * The answer tells no end; a session lasts as long as the org's settings say, and is refused with 401 after that.
 */
export const login = async ({ http, settings: { clientId, clientSecret } }: Wire): Promise<Grant> => {
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }
  const reply = z.union([token, refusal])
  const { body } = await http({ method: 'POST', path: '/services/oauth2/token', form, accept: [400], reply })
  if ('access_token' in body) return { headers: { authorization: `Bearer ${body.access_token}` }, expiresAt: null }
  const hint = 'check the consumer key and secret, that the app has the client credentials flow and a user to run as'
  const said = `${body.error} ${body.error_description}`.trim()
  throw new ConnectorError(
    'auth',
    `logging in to Salesforce: it answered ${said}: ${hint}, and that baseUrl is My Domain`,
  )
}
