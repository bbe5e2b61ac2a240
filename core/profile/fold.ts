import { byRegister, claimsOf, joinClaims } from './claim.ts'
import type { Component, Edge, Node } from './component.ts'
import { byChoice, consentClaims, joinConsents } from './consent.ts'
import { disjointSets } from './disjoint-sets.ts'
import { byTime, historyEvents } from './history.ts'
import type { Message } from './message.ts'
import { nodeIds } from './node.ts'
import { type Compare, compareText, joinSorted } from './order.ts'
import type { ProfileSettings } from './settings.ts'

/** Under what messages are folded. Another profile.yaml or key means folding all messages again. */
export interface FoldSettings {
  readonly settings: ProfileSettings
  readonly identityKey: string
}

const byId: Compare<Node> = (a, b) => compareText(a.id, b.id)
const byEnds: Compare<Edge> = (a, b) => compareText(a.a, b.a) || compareText(a.b, b.b)

const joinNodes = (a: Node, b: Node): Node => (b.firstAt < a.firstAt ? b : a)
const joinEdges = (a: Edge, b: Edge): Edge =>
  a.firstAt <= b.firstAt && a.lastAt >= b.lastAt
    ? a
    : { ...a, firstAt: Math.min(a.firstAt, b.firstAt), lastAt: Math.max(a.lastAt, b.lastAt) }
/** One message reports one event: the intake keeps its first durable copy and drops every other. */
const keepEither = <T>(event: T): T => event

const edgeBetween = (subject: Node, other: Node, at: number): Edge => {
  const [a, b] = subject.id < other.id ? [subject.id, other.id] : [other.id, subject.id]
  return { a, b, firstAt: at, lastAt: at }
}

/** All that one message says: its identifiers linked to the strongest, which is its subject. null: it names nobody. */
export const componentOf = (message: Message, how: FoldSettings): Component | null => {
  const { at, identifiers } = message
  const ids = nodeIds(how.identityKey, identifiers)
  const nodes = identifiers.map(({ type, value }, place): Node => ({ id: ids[place] ?? '', type, value, firstAt: at }))
  const [subject, ...others] = nodes
  if (subject === undefined) return null
  const sorted = nodes.toSorted(byId)
  return {
    id: sorted[0]?.id ?? subject.id,
    nodes: sorted,
    edges: others.map((other) => edgeBetween(subject, other, at)).sort(byEnds),
    claims: claimsOf(subject.id, message, how.settings),
    events: historyEvents(subject.id, message, how.settings),
    consents: consentClaims(subject.id, message),
  }
}

const mergeAll = (first: Component, others: readonly Component[], settings: ProfileSettings): Component => {
  if (others.length === 0) return first
  const parts = [first, ...others]
  const joined = <T>(list: (part: Component) => readonly T[], compare: Compare<T>, join: (a: T, b: T) => T) =>
    others.every((part) => list(part).length === 0) ? list(first) : joinSorted(parts.map(list), compare, join)
  return {
    id: parts.reduce((id, part) => (part.id < id ? part.id : id), first.id),
    nodes: joined((part) => part.nodes, byId, joinNodes),
    edges: joined((part) => part.edges, byEnds, joinEdges),
    claims: joined((part) => part.claims, byRegister, joinClaims(settings)),
    events: joined((part) => part.events, byTime, keepEither),
    consents: joined((part) => part.consents, byChoice, joinConsents),
  }
}

/** The join of two components: commutative, associative, idempotent. */
export const merge = (a: Component, b: Component, settings: ProfileSettings): Component => mergeAll(a, [b], settings)

/** A component with one message more, which has to be about one of its nodes. null: the message is the first, or names nobody. */
export const fold = (component: Component | null, message: Message, how: FoldSettings): Component | null => {
  const said = componentOf(message, how)
  if (component === null || said === null) return component ?? said
  return merge(component, said, how.settings)
}

/** Puts together the parts that share a node, directly or over others. */
const bundles = (parts: readonly Component[]): Iterable<readonly Component[]> => {
  const sets = disjointSets<Component[]>(
    () => [],
    (a, b) => {
      const [large, small] = a.length < b.length ? [b, a] : [a, b]
      for (const part of small) large.push(part)
      return large
    },
  )
  for (const part of parts) {
    for (const node of part.nodes) sets.join(node.id, part.id)
    sets.get(part.id).push(part)
  }
  return sets.values()
}

/**
 * The components there are after all that was said, given every component that a node in it is in. Each is built once,
 * however many of the messages are about it; one that none touches comes back as it was, and so does each list to which
 * nothing was added.
 */
export const joinAll = (
  components: readonly Component[],
  said: readonly Component[],
  settings: ProfileSettings,
): readonly Component[] => {
  const stored = new Set(components)
  return [...bundles([...components, ...said])].flatMap((parts) => {
    const isStored = (part: Component): boolean => stored.has(part)
    const [first, ...others] = [...parts.filter(isStored), ...parts.filter((part) => !isStored(part))]
    return first === undefined ? [] : [mergeAll(first, others, settings)]
  })
}

/** A batch of messages at once. */
export const foldAll = (
  components: readonly Component[],
  messages: readonly Message[],
  how: FoldSettings,
): readonly Component[] =>
  joinAll(
    components,
    messages.flatMap((message) => componentOf(message, how) ?? []),
    how.settings,
  )
