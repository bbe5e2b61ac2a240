import { z } from 'zod'
import type { Query } from './vendure-shop.ts'

const made = z.object({ createCustomer: z.object({ id: z.string() }) })
const found = z.object({
  customer: z
    .object({ groups: z.array(z.object({ name: z.string() })), customFields: z.record(z.string(), z.unknown()) })
    .nullable(),
})
interface Registration {
  readonly firstName: string
  readonly email: string
  readonly headline: string
}

/** A customer as the shop itself would make one, with a headline of its own. Answers with the id. */
export const register = async (query: Query, { firstName, email, headline }: Registration): Promise<string> => {
  const input = `{ firstName: "${firstName}", lastName: "Lovelace", emailAddress: "${email}",
    customFields: { leitsternHeadline: "${headline}" } }`
  return made.parse(await query(`mutation { createCustomer(input: ${input}) { ... on Customer { id } } }`))
    .createCustomer.id
}

/** What Vendure holds for a customer; null: it has none of that id. */
export const customerIn = async (query: Query, id: string) => {
  const fields = 'leitsternHeadline leitsternUrl leitsternOffer leitsternDecision'
  const asked = `{ customer(id: "${id}") { groups { name } customFields { ${fields} } } }`
  const { customer } = found.parse(await query(asked))
  return customer && { groups: customer.groups.map(({ name }) => name), fields: customer.customFields }
}
