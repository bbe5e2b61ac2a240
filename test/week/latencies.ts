import type { ContactState } from '../../core/deliver/contact.ts'
import type { Store } from '../../core/store/port.ts'
import type { Delivery } from '../../core/store/stored.ts'

/** How long each contact of each tool waited: from the commit of a message until the hub knew that the tool holds it. */
export interface Latencies {
  readonly store: Store
  /** In ms, by connector, in the order in which they ended. */
  readonly of: (connector: string) => readonly number[]
  /** Who was sent the same fields again though the tool had just confirmed them. */
  readonly repeated: readonly string[]
}

/** A store that notes it. What was given up is not waited for. */
export const watching = (store: Store, now: () => number): Latencies => {
  const since = new Map<string, number>()
  const waited = new Map<string, number[]>()
  const confirmed = new Map<string, string>()
  const repeated: string[] = []
  const noteSent = ({ connector, contact, outcome, fields }: Delivery) => {
    if (outcome !== 'applied' || Object.keys(fields).length === 0) return
    const key = `${connector} ${contact}`
    const said = JSON.stringify(fields)
    if (confirmed.get(key) === said) repeated.push(`${key}: ${said}`)
    confirmed.set(key, said)
  }
  const note = ({ connector, node, dirtyAt, dead }: ContactState) => {
    const key = `${connector} ${node}`
    const began = since.get(key)
    if (dirtyAt !== null && dead === null) {
      if (began === undefined) since.set(key, dirtyAt)
      return
    }
    since.delete(key)
    if (began === undefined || dead !== null) return
    const all = waited.get(connector) ?? []
    all.push(now() - began)
    waited.set(connector, all)
  }
  return {
    store: {
      ...store,
      commit: async (change) => {
        await store.commit(change)
        for (const contact of change.contacts ?? []) note(contact)
        for (const delivery of change.deliveries ?? []) noteSent(delivery)
      },
    },
    of: (connector) => waited.get(connector) ?? [],
    repeated,
  }
}

/** The value below which this share of all lies. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
