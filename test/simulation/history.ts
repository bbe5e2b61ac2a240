import type { Identifier } from '../../core/contract/value.ts'
import type { Decision } from '../../core/decide/decision.ts'
import { profilesOf } from '../../core/profile/profiles.ts'
import { durationMs } from '../../core/profile/settings.ts'
import { type Registry, registry } from '../../core/rules/registry.ts'
import type { ChangeSet } from '../../core/store/change-set.ts'
import type { Store } from '../../core/store/port.ts'
import type { AuditEntry, ConnectorState, SetAside, StoredMessage } from '../../core/store/stored.ts'
import { settings } from './hub-config.ts'

export interface Erasure {
  readonly at: number
  readonly nodes: readonly string[]
  /** How many messages had been accepted by then. */
  readonly after: number
}
/** What really became durable, written down beside the store, commit by commit: no crash and no erasure touches it. */
export interface History {
  readonly store: Store
  readonly messages: readonly StoredMessage[]
  readonly setAside: readonly SetAside[]
  /** Of a message, by its source and id: the node that it is about. */
  readonly subjects: ReadonlyMap<string, string>
  readonly decisions: ReadonlyMap<string, Decision>
  readonly identifiers: ReadonlyMap<string, Identifier>
  readonly erasures: readonly Erasure[]
  readonly connectors: ReadonlyMap<string, ConnectorState>
  readonly revisions: ReadonlyMap<string, Registry>
  readonly audit: readonly AuditEntry[]
  /** Everything that must never be seen and was. */
  readonly violations: string[]
}
export const nameOf = ({ source, id }: { readonly source: string; readonly id: string }): string => `${source}\0${id}`
/** Told of every change: before it is durable, and after. */
export interface Watcher {
  readonly before: (change: ChangeSet, history: History) => void
}

export const recorded = (store: Store, watcher: Watcher): History => {
  const messages: StoredMessage[] = []
  const setAside: SetAside[] = []
  const subjects = new Map<string, string>()
  const decisions = new Map<string, Decision>()
  const identifiers = new Map<string, Identifier>()
  const erasures: Erasure[] = []
  const connectors = new Map<string, ConnectorState>()
  const revisions = new Map<string, Registry>()
  const audit: AuditEntry[] = []
  const violations: string[] = []
  const uses = new Map<string, number>()

  /** How often the customer had been given the offer by then, in the window of its limit, as the store tells it now. */
  const givenTo = async ({ node, offer, since }: Decision, withinMs: number): Promise<number> => {
    const set = await store.load([node])
    const profiles = set.components.flatMap((part) => profilesOf(part, set.vetoes, settings, () => 0))
    const nodes = profiles.find((profile) => profile.nodes.some(({ id }) => id === node))?.nodes ?? []
    return [...set.decisions.values()]
      .flat()
      .filter(
        (other) =>
          other.offer === offer &&
          nodes.some(({ id }) => id === other.node) &&
          other.since > since - withinMs &&
          other.since <= since,
      ).length
  }
  const limitsOf = ({ revision, offer }: Decision) =>
    revisions.get(revision)?.offers.find(({ key }) => key === offer)?.limits ?? {}

  /**
   * A limit is judged when somebody is given an offer. A merge in the same change may come before the gift or after it:
   * it is too much only if it is so among those who were one customer before and after.
   */
  const judgeLimits = async (made: readonly Decision[], commit: () => Promise<void>): Promise<void> => {
    const before = new Map<string, number>()
    for (const decision of made) {
      const { total, perCustomer } = limitsOf(decision)
      const used = (uses.get(decision.offer) ?? 0) + 1
      uses.set(decision.offer, used)
      if (total !== undefined && used > total)
        violations.push(`${decision.offer} was given ${used} times, its total is ${total}`)
      if (perCustomer !== undefined) before.set(decision.id, await givenTo(decision, durationMs(perCustomer.within)))
    }
    await commit()
    for (const decision of made) {
      const { perCustomer } = limitsOf(decision)
      if (perCustomer === undefined) continue
      const after = await givenTo(decision, durationMs(perCustomer.within))
      if (after > perCustomer.max && (before.get(decision.id) ?? 0) >= perCustomer.max)
        violations.push(`a customer was given ${decision.offer} ${after} times within ${perCustomer.within}`)
    }
  }
  const forget = (erased: NonNullable<ChangeSet['erased']>): void => {
    erasures.push({ ...erased, after: messages.length })
    for (const { id, node } of [...decisions.values()]) if (erased.nodes.includes(node)) decisions.delete(id)
  }
  const note = (change: ChangeSet): void => {
    for (const decision of change.decisions ?? []) decisions.set(decision.id, decision)
    for (const { component } of change.components ?? [])
      for (const { id, type, value } of component.nodes) identifiers.set(id, { type, value })
    if (change.erased) forget(change.erased)
    messages.push(...(change.messages ?? []))
    for (const { source, message, node } of change.told ?? []) subjects.set(nameOf({ source, id: message }), node)
    setAside.push(...(change.setAside ?? []))
    if (change.connector) connectors.set(change.connector.connector, change.connector)
    audit.push(...(change.audit ?? []))
  }
  const history: History = {
    store: {
      ...store,
      commit: async (change) => {
        watcher.before(change, history)
        const made = (change.decisions ?? []).filter(({ id }) => !decisions.has(id))
        await judgeLimits(made, () => store.commit(change))
        note(change)
      },
      publish: async (revision, entry) => {
        await store.publish(revision, entry)
        revisions.set(revision.id, registry.parse(JSON.parse(revision.body)))
        audit.push(entry)
      },
    },
    messages,
    setAside,
    subjects,
    decisions,
    identifiers,
    erasures,
    connectors,
    revisions,
    audit,
    violations,
  }
  return history
}
