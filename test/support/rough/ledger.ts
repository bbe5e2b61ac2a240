import { z } from 'zod'
import type { SandboxContact } from '../../../core/contract/sandbox.ts'
import { faultNames } from './fault.ts'

/** One request as the tool met it. */
export const served = z.object({
  /** Counts from 1. */
  n: z.int(),
  method: z.string(),
  path: z.string(),
  /** Not among what the connector's manifest lists as reads. */
  writes: z.boolean(),
  fault: z.enum(faultNames).nullable(),
  /** What the tool did of it, whatever it then answered. */
  done: z.enum(['all', 'half', 'nothing']),
  /** E-mail addresses of the contacts that look different since. */
  changed: z.array(z.string()),
})
export type Served = z.output<typeof served>

/** How the contacts look, by address. */
export const looks = (contacts: readonly SandboxContact[]): ReadonlyMap<string, string> =>
  new Map(contacts.map((contact) => [contact.email, JSON.stringify(contact)]))

/** Who came, went or looks different. */
export const changedBetween = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>) =>
  [...new Set([...before.keys(), ...after.keys()])].filter((email) => before.get(email) !== after.get(email))
