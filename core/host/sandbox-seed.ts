import { z } from 'zod'
import { fieldValue } from '../contract/value.ts'

const contact = z.strictObject({
  email: z.string().min(1),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  fields: z.record(z.string(), fieldValue).default({}),
  memberships: z.array(z.string().regex(/^[^/]+\/.+$/, 'kind/name')).default([]),
  consent: z.boolean().optional(),
})
const line = z.strictObject({
  sku: z.string(),
  name: z.string(),
  category: z.string(),
  price: z.number(),
  quantity: z.number(),
})
/** Contacts as a person would make them in a tool. */
export const sandboxContacts = z.array(contact)
/** An order as a customer would place it. */
export const sandboxOrder = z.strictObject({
  email: z.string(),
  code: z.string(),
  at: z.iso.datetime(),
  lines: z.array(line),
})

/** Whom and what a tool knows before the hub comes: the file that a connector's `sandbox.seed` names. */
export const sandboxSeed = z.strictObject({
  contacts: sandboxContacts.default([]),
  orders: z.array(sandboxOrder).default([]),
})
export type SandboxSeed = z.output<typeof sandboxSeed>
