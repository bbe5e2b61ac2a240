import type { Identifier } from '../contract/value.ts'
import { type ContactState, lanes } from '../deliver/contact.ts'
import { sealed } from '../deliver/job.ts'
import type { Component } from '../profile/component.ts'
import { foldAll } from '../profile/fold.ts'
import type { Message } from '../profile/message.ts'
import { nodeId } from '../profile/node.ts'
import { profilesOf } from '../profile/profiles.ts'
import type { Slice, WorkingSet } from '../store/port.ts'
import type { StoredMessage } from '../store/stored.ts'
import type { Basis } from './basis.ts'
import type { Core } from './core.ts'
import { refresh } from './refresh.ts'
import { replaced } from './replaced.ts'
import { type Retelling, retold } from './retold.ts'

const perPage = 500

const without = <T>(things: ReadonlyMap<string, T>, gone: ReadonlySet<string>): ReadonlyMap<string, T> =>
  new Map([...things].filter(([node]) => !gone.has(node)))

/**
 * What remains of those whom only the erased person connected, or who were named beside them: they are what the log
 * still says of them, so that nothing lives on of what the erased person had said.
 */
export const remainders = async (
  how: Retelling,
  set: WorkingSet,
  gone: ReadonlySet<string>,
): Promise<readonly Component[]> => {
  const others = set.components.flatMap(({ nodes }) => nodes.map(({ id }) => id)).filter((id) => !gone.has(id))
  if (others.length === 0) return []
  const { identityKey, settings } = how.folding
  const messages: Message[] = []
  for (let cursor: string | null = null; ; ) {
    const page: Slice<StoredMessage> = await how.log.messagesOf(others, perPage, cursor)
    messages.push(...(await retold(how, page.items)))
    cursor = page.next
    if (cursor === null) break
  }
  const isGone = (identifier: Identifier) => gone.has(nodeId(identityKey, identifier))
  const left = messages.map((message) => ({
    ...message,
    identifiers: message.identifiers.filter((identifier) => !isGone(identifier)),
  }))
  return foldAll([], left, { settings, identityKey })
}
const remainingSet = (set: WorkingSet, components: readonly Component[], gone: ReadonlySet<string>): WorkingSet => ({
  ...set,
  components,
  decisions: without(set.decisions, gone),
  contacts: without(set.contacts, gone),
  vetoes: set.vetoes.filter(({ a, b }) => !gone.has(a) && !gone.has(b)),
})

/** The contact keeps what the tool finds it by until the tool has confirmed the erasure, and nothing else. An open job would make it anew, and is waited for. */
const erasureOf = (contact: ContactState, at: number): ContactState => ({
  ...contact,
  aim: 'erase',
  desired: null,
  held: null,
  tried: null,
  job: sealed(contact.job),
  baseline: null,
  observed: null,
  drifts: {},
  answers: {},
  wanted: 'erase',
  settled: null,
  lane: lanes.consent,
  dirtyAt: at,
  attempts: 0,
  nextTryAt: contact.job === null ? 0 : contact.nextTryAt,
  dead: null,
})

/** All nodes of the customer whom a node belongs to; null: nobody. */
const nodesOfCustomer = (set: WorkingSet, { settings, sourceRank }: Basis, id: string) => {
  const profiles = set.components.flatMap((component) => profilesOf(component, set.vetoes, settings, sourceRank))
  const profile = profiles.find(({ nodes }) => nodes.some((node) => node.id === id))
  return profile?.nodes.map((node) => node.id) ?? null
}

/**
 * Takes everything that hangs on a customer's nodes out of the hub in one commit, and leaves an erasure for each tool that was
 * sent them. Runs in the writer. Answers those tools' connectors; null: there is no such customer.
 */
export const eraseCustomer = async (core: Core, id: string, actor: string): Promise<readonly string[] | null> => {
  const set = await core.store.load([id])
  const customer = nodesOfCustomer(set, core.basis(), id)
  if (customer === null) return null
  const components = await remainders({ log: core.store, folding: core.basis() }, set, new Set(customer))
  const named = new Set(components.flatMap(({ nodes }) => nodes.map((node) => node.id)))
  // Whom nobody but the erased person ever named goes with them.
  const all = set.components.flatMap((component) => component.nodes.map((node) => node.id))
  const nodes = all.filter((node) => !named.has(node))
  const gone = new Set(nodes)
  const at = core.now()
  const remaining = remainingSet(set, components, gone)
  const { change } = refresh(remaining, core.basis(), at, lanes.decision)
  const theirs = nodes.flatMap((node) => set.contacts.get(node) ?? [])
  const sent = theirs.filter((contact) => contact.told)
  const connectors = [...new Set(sent.map((contact) => contact.connector))]
  await core.store.commit({
    ...change,
    ...replaced(set, remaining.components),
    contacts: [...(change.contacts ?? []), ...sent.map((contact) => erasureOf(contact, at))],
    goneContacts: theirs.filter((contact) => !contact.told).map(({ connector, node }) => ({ connector, node })),
    erased: { nodes, beside: all.filter((node) => named.has(node)), at },
    audit: [{ at, actor, action: 'erase', subject: id, detail: { connectors } }],
  })
  return connectors
}
