import { z } from 'zod'
import { profileShape } from '../api/profile-shape.ts'
import type { Client } from './client.ts'

export type Customer = z.output<typeof profileShape>
const found = z.object({ profiles: z.array(profileShape) })

export const customerPath = (id: string, rest = ''): string => `/v1/profiles/${encodeURIComponent(id)}${rest}`

/** The customer of an identifier, `email:ada@example.test`, or of a profile id, which has no colon. */
export const findCustomer = async (hub: Client, identifier: string): Promise<Customer> => {
  if (!identifier.includes(':')) return hub.get(customerPath(identifier), profileShape)
  const { profiles } = await hub.get(`/v1/profiles?identifier=${encodeURIComponent(identifier)}`, found)
  const [customer] = profiles
  if (customer === undefined) throw new Error(`finding ${identifier}: the hub knows no such customer`)
  return customer
}

export const nameOf = ({ id, identifiers }: Customer): string =>
  `profile ${id} (${identifiers.map(({ type, value }) => `${type}:${value}`).join(', ')})`
