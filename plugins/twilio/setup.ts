import type { Needs, SetupReport } from '../../core/contract/connector.ts'
import type { Wire } from './settings.ts'

/** Attributes need no setup. Twilio has a webhook for each number or messaging service, and may have others there already. */
export const setUp = async ({ settings: { webhookUrl } }: Wire, { fields }: Needs): Promise<SetupReport> => ({
  created: [],
  present: fields.map(({ name }) => `attribute ${name}: Twilio takes any`),
  manual:
    webhookUrl === undefined
      ? []
      : [
          `webhook: enter ${webhookUrl} for incoming messages in the messaging service (Integration) or the phone number (Messaging configuration), and as status callback there`,
        ],
})
