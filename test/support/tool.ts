import { z } from 'zod'
import { type Answered, ask } from './ask.ts'

const contact = z.object({
  email: z.string(),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).default({}),
  memberships: z.array(z.string()).default([]),
  consent: z.boolean().optional(),
})
export type ToolContact = z.output<typeof contact>
export const toolContacts = z.array(contact)

export interface ToolOrder {
  readonly email: string
  readonly code: string
  readonly at: string
  readonly lines: readonly {
    readonly sku: string
    readonly name: string
    readonly category: string
    readonly price: number
    readonly quantity: number
  }[]
}

const done = ({ status, text }: Answered): void => {
  if (status !== 204) throw new Error(`altering a sandbox: it answered ${status} ${text}`)
}

/** A tool in small as the people see it who work in it; `url` is what the hub tells of its sandbox. */
export const toolAt = (url: string) => {
  const contacts = async () => toolContacts.parse((await ask(`${url}/contacts`)).body)
  return {
    url,
    contacts,
    contact: async (email: string) => (await contacts()).find((one) => one.email === email),
    /** Somebody edits a contact by hand: fields that are not stated stay, tags and groups are then exactly these. */
    edit: async (edited: Partial<ToolContact> & { readonly email: string }) =>
      done(await ask(`${url}/contacts`, { json: [edited] })),
    /** A customer places an order. */
    order: async (order: ToolOrder) => done(await ask(`${url}/order`, { json: order })),
    /** What a customer would see there, as HTML. */
    page: async (email: string) => (await ask(`${url}/page?email=${encodeURIComponent(email)}`)).text,
  }
}
