import type { Needs, SetupReport } from '../../core/contract/connector.ts'
import { createGroup, lookUpGroups } from './groups.ts'
import type { Wire } from './settings.ts'

const webhookSteps =
  'webhooks, where they are not there yet: copy plugins/medusa/subscriber.cjs to src/subscribers/leitstern.js of the Medusa project and set LEITSTERN_WEBHOOK_URL and LEITSTERN_WEBHOOK_SECRET in its environment; until then only pulls bring news'

/** Metadata need no definition: a field comes into being with the first customer who has it. */
export const setUp = async (ctx: Wire, { fields, memberships }: Needs): Promise<SetupReport> => {
  const names = [...new Set(memberships.map(({ name }) => name))]
  const groups = await lookUpGroups(ctx, names)
  const missing = names.filter((name) => !groups.has(name))
  for (const name of missing) await createGroup(ctx, name)
  return {
    created: missing.map((name) => `group ${name}`),
    present: [
      ...fields.map(({ name }) => `metadata ${name}, which needs no definition`),
      ...names.filter((name) => groups.has(name)).map((name) => `group ${name}`),
    ],
    manual: [webhookSteps],
  }
}
