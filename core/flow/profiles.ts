import { traceOf } from '../decide/decision.ts'
import { type ContactState, lanes } from '../deliver/contact.ts'
import { normaliseIdentifier } from '../profile/identifier.ts'
import { isObject } from '../profile/json.ts'
import { nodeId } from '../profile/node.ts'
import type { StoredMessage } from '../store/stored.ts'
import type { Core } from './core.ts'
import { eraseCustomer } from './erasure.ts'
import type { ChannelView, Explanation, Profiles, ProfileView, TimelineEntry } from './profile-operations.ts'
import { profileView } from './profile-view.ts'
import { see } from './redecide.ts'
import { type Customer, refresh } from './refresh.ts'

const iso = (at: number): string => new Date(at).toISOString()

const entryOf = (message: StoredMessage): TimelineEntry => {
  const body: unknown = JSON.parse(message.body)
  const said = isObject(body) ? (body.properties ?? body.traits) : {}
  return {
    kind: 'event',
    messageId: message.id,
    type: message.kind,
    event: message.event,
    timestamp: iso(message.at),
    receivedAt: iso(message.receivedAt),
    source: message.source,
    properties: isObject(said) ? said : {},
  }
}

const stateOf = (contact: ContactState): string => {
  if (contact.dead !== null) return 'dead'
  if (contact.aim === 'leave') return contact.standing === 'active' ? 'not written' : contact.standing
  return contact.dirtyAt === null ? 'settled' : 'pending'
}
const withMembers = (state: ContactState['desired']): Readonly<Record<string, unknown>> | null =>
  state === null
    ? null
    : {
        ...state.fields,
        ...Object.fromEntries(state.memberships.map(({ kind, name, member }) => [`${kind}/${name}`, member])),
      }

/** Reads, all of them exact at the instant of asking; and the two commands on one customer: split and erase. */
export const createProfiles = (core: Core): Profiles => {
  /** Any id that was ever a profile's is a node's, so it always finds its customer. */
  const find = async (id: string): Promise<{ customer: Customer; nodes: readonly string[] } | null> => {
    const { customers } = await see(core, [id])
    const customer = customers.find(({ profile }) => profile.nodes.some((node) => node.id === id))
    return customer === undefined ? null : { customer, nodes: customer.profile.nodes.map((node) => node.id) }
  }
  const view = (customer: Customer): ProfileView => profileView(customer, core.basis())
  const phaseOf = (connector: string) => core.basis().plans.find((plan) => plan.connector === connector)

  const channelOf = (contact: ContactState): ChannelView[] => {
    const plan = phaseOf(contact.connector)
    if (plan === undefined) return []
    return [
      {
        connector: contact.connector,
        channel: plan.settings.channel,
        phase: plan.phase,
        contact: contact.key,
        remoteId: contact.remoteId,
        desired: withMembers(contact.desired),
        acknowledged: withMembers(contact.held),
        pending: contact.dirtyAt !== null && contact.dead === null,
        state: stateOf(contact),
        error: contact.dead,
      },
    ]
  }

  const explanation = ({ evaluation, answers }: Customer, slot: string): Explanation | undefined => {
    const ruling = answers.rulings.get(slot)
    if (ruling === undefined) return undefined
    const decision = answers.current.get(slot) ?? null
    const trace = decision === null ? ruling : traceOf(decision)
    const until = Math.min(answers.until, evaluation.until())
    return {
      slot,
      offer: decision?.offer ?? null,
      decision,
      finalists: trace.finalists,
      counts: trace.counts,
      reason: { code: decision === null ? 'no_rule' : ruling.held ? 'held' : 'won', rule: decision?.rule ?? null },
      until: Number.isFinite(until) ? iso(until) : null,
      revision: core.basis().program.revision,
    }
  }

  const channels = async (nodes: readonly string[]): Promise<readonly ChannelView[]> => {
    const { contacts } = await core.store.load(nodes)
    const theirs = nodes.flatMap((node) => contacts.get(node) ?? [])
    return theirs.filter((contact) => contact.aim !== 'erase').flatMap(channelOf)
  }
  const timelineOf = async (nodes: readonly string[], limit: number, cursor: string | null) => {
    const { items, next } = await core.store.messagesOf(nodes, limit, cursor)
    return { items: items.map(entryOf), next }
  }

  return {
    listProfiles: async ({ limit, cursor, identifier }) => {
      if (identifier !== undefined) {
        const { identityKey, settings } = core.basis()
        const normal = normaliseIdentifier(identifier, settings)
        const found = normal === null ? null : await find(nodeId(identityKey, normal))
        return { items: found === null ? [] : [view(found.customer)], next: null }
      }
      const { items, next } = await core.store.profiles(limit, cursor)
      const found = await Promise.all(items.map((row) => find(row.id)))
      return { items: found.flatMap((each) => (each === null ? [] : [view(each.customer)])), next }
    },
    profile: async (id) => {
      const found = await find(id)
      return found === null ? null : view(found.customer)
    },
    timeline: async (id, { limit, cursor }) => {
      const found = await find(id)
      return found === null ? null : timelineOf(found.nodes, limit, cursor)
    },
    decisions: async (id) => {
      const found = await find(id)
      if (found === null) return null
      const { decisions } = await core.store.load(found.nodes)
      return found.nodes.flatMap((node) => decisions.get(node) ?? []).sort((a, b) => b.since - a.since)
    },
    explain: async (id, slot) => {
      const found = await find(id)
      return found === null ? null : explanation(found.customer, slot)
    },
    channels: async (id) => {
      const found = await find(id)
      return found === null ? null : channels(found.nodes)
    },
    exportProfile: async (id) => {
      const found = await find(id)
      if (found === null) return null
      const events: TimelineEntry[] = []
      for (let cursor: string | null = null; ; ) {
        const page: { items: TimelineEntry[]; next: string | null } = await timelineOf(found.nodes, 1_000, cursor)
        events.push(...page.items)
        cursor = page.next
        if (cursor === null) break
      }
      const { decisions } = await core.store.load(found.nodes)
      return {
        profile: view(found.customer),
        timeline: events,
        decisions: [...decisions.values()].flat().map((decision) => ({ ...decision, trace: traceOf(decision) })),
        channels: await channels(found.nodes),
      }
    },
    split: async (id, identifiers, actor) => {
      const found = await find(id)
      if (found === null) return null
      const { identityKey, settings } = core.basis()
      const chosen = new Set(
        identifiers.flatMap((identifier) => {
          const normal = normaliseIdentifier(identifier, settings)
          return normal === null ? [] : [nodeId(identityKey, normal)]
        }),
      )
      const apart = found.nodes.filter((node) => chosen.has(node))
      const rest = found.nodes.filter((node) => !chosen.has(node))
      const vetoes = apart.flatMap((a) => rest.map((b) => (a < b ? { a, b } : { a: b, b: a })))
      await core.writer.run('front', async () => {
        const set = await core.store.load(found.nodes)
        const at = core.now()
        const refreshed = refresh({ ...set, vetoes: [...set.vetoes, ...vetoes] }, core.basis(), at, lanes.decision)
        const audit = [{ at, actor: actor.name, action: 'split', subject: id, detail: { nodes: apart } }]
        await core.store.commit({ ...refreshed.change, vetoes, audit })
      })
      core.committed()
      const { customers } = await see(core, found.nodes)
      return customers.map(({ profile }) => profile.id)
    },
    erase: async (id, actor) => {
      const connectors = await core.writer.run('front', () => eraseCustomer(core, id, actor.name))
      if (connectors === null) return null
      core.committed()
      return { erased: true, connectors }
    },
  }
}
