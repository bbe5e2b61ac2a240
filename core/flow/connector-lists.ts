import type { Connectors } from './connector-operations.ts'
import type { Core } from './core.ts'

const iso = (at: number): string => new Date(at).toISOString()

/** What was written, would be written, and is not tried any more: page by page. */
export const createConnectorLists = ({
  store,
}: Pick<Core, 'store'>): Pick<Connectors, 'shadow' | 'deliveries' | 'deadLetters'> => ({
  shadow: async (id, { limit, cursor }) => {
    const { items, next } = await store.shadow(id, limit, cursor)
    return { items: items.map(({ at, contact, would, holds }) => ({ at: iso(at), contact, would, holds })), next }
  },
  deliveries: async (id, { limit, cursor }) => {
    const { items, next } = await store.deliveries(id, limit, cursor)
    return { items: items.map(({ connector: _, at, ...rest }) => ({ at: iso(at), ...rest })), next }
  },
  deadLetters: async (id, { limit, cursor }) => {
    const { items, next } = await store.deadLetters(id, limit, cursor)
    const view = items.map((state) => ({
      contact: state.key.value,
      since: iso(state.dirtyAt ?? 0),
      attempts: state.attempts,
      reason: state.dead ?? '',
    }))
    return { items: view, next }
  },
})
