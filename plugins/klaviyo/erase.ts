import { z } from 'zod'
import type { Contact, Receipt } from '../../core/contract/change.ts'
import { locate } from './profile.ts'
import type { Wire } from './settings.ts'

const request = ({ http }: Wire, id: string) => {
  const profile = { data: { type: 'profile', id, attributes: {} } }
  const json = { data: { type: 'data-privacy-deletion-job', attributes: { profile } } }
  return http({ method: 'POST', path: '/api/data-privacy-deletion-jobs', json, reply: z.unknown() })
}

/**
 * For good, by Klaviyo's own id, and only who is there. Klaviyo deletes in its own time and gives no id to ask about, so
 * whoever is still there afterwards is asked for again: that a deletion is asked for twice does no harm.
 */
export const erase = async (ctx: Wire, contacts: readonly Contact[]): Promise<readonly Receipt[]> => {
  const before = await locate(ctx, contacts)
  for (const id of new Set([...before.values()].map((found) => found.id))) await request(ctx, id)
  const after = await locate(
    ctx,
    contacts.filter(({ id }) => before.has(id)),
  )
  return contacts.map(({ id }) => {
    if (!before.has(id)) return { contact: id, status: 'unchanged' }
    if (!after.has(id)) return { contact: id, status: 'applied' }
    return {
      contact: id,
      status: 'retry',
      reason: 'Klaviyo has taken the deletion on and is not done',
      afterMs: 60_000,
    }
  })
}
