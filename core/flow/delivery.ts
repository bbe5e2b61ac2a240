import type { Receipt } from '../contract/change.ts'
import { ConnectorError } from '../contract/errors.ts'
import { writes } from '../deliver/aim.ts'
import { backoffMs } from '../deliver/backoff.ts'
import { type ContactState, lanes } from '../deliver/contact.ts'
import { nothing } from '../deliver/difference.ts'
import {
  abandoned,
  contactOf,
  isHeld,
  isUnknown,
  isUnreachable,
  mustLook,
  type Parcel,
  parcelOf,
} from '../deliver/parcel.ts'
import { attempted, settle, settleFailure } from '../deliver/settle.ts'
import type { ChangeSet } from '../store/port.ts'
import type { Core } from './core.ts'
import type { OnItsWay } from './on-its-way.ts'
import { freshen, redecide } from './redecide.ts'
import { contextNow, type Tool, wantedOf } from './tool.ts'
import { deliveryOf, shadowOf } from './written.ts'

/** How one batch of contacts of one connector is looked at, sent and settled. */
export interface DeliveryRun {
  /** Throws `ConnectorError` when a call fails as a whole. `called` is told of every push that got through. */
  readonly send: (states: readonly ContactState[], called: () => void) => Promise<void>
  /** After such a throw: everybody waits, and a tool that needs an admin is paused. */
  readonly fail: (states: readonly ContactState[], error: ConnectorError) => Promise<void>
}
const postponedMs = 60_000
type Receipts = ReadonlyMap<string, Receipt>

const nodesOf = (parcels: readonly Parcel[]): readonly string[] => parcels.map(({ contact }) => contact.node)
const byContact = (receipts: readonly Receipt[]): Receipts =>
  new Map(receipts.map((receipt) => [receipt.contact, receipt]))

/** `ended`: no send begins any more, because the hub stops or the connector has other settings now. */
export const createDelivery = (core: Core, tool: Tool, late: OnItsWay, ended: () => boolean): DeliveryRun => {
  /** Applies an outcome to the contacts as they are stored now, in the writer. */
  const store = (
    nodes: readonly string[],
    next: (state: ContactState) => ContactState,
    more: (states: readonly ContactState[]) => Omit<ChangeSet, 'contacts'> = () => ({}),
  ) =>
    core.writer.run('settle', async () => {
      const states = (await core.store.contacts(tool.key, nodes)).map(next)
      await core.store.commit({ ...more(states), contacts: states })
      return states
    })

  const look = async (states: readonly ContactState[]): Promise<readonly ContactState[]> => {
    const { read } = tool.connector
    const asked = states.filter(mustLook)
    if (read === undefined || asked.length === 0) return states
    const wanted = wantedOf(tool, core.basis().program.placements.values(), asked.flatMap(abandoned))
    const seen = await read(tool.context('read'), asked.map(contactOf), wanted)
    const at = core.now()
    const epochs = new Map(asked.map(({ node, epoch }) => [node, epoch]))
    const looked = (state: ContactState): ContactState => {
      const holding = seen.get(state.node)
      if (holding === undefined || epochs.get(state.node) !== state.epoch) return state
      return { ...state, observed: holding, observedAt: at, remoteId: holding?.remoteId ?? state.remoteId }
    }
    await store(
      asked.map((state) => state.node),
      looked,
    )
    return states.map((state) => (mustLook(state) ? looked(state) : state))
  }

  const settleAll = async (parcels: readonly Parcel[], receipts: Receipts): Promise<void> => {
    if (parcels.length === 0) return
    const at = core.now()
    const byNode = new Map(parcels.map((parcel) => [parcel.contact.node, parcel]))
    // Of somebody who was erased meanwhile nothing is kept.
    const deliveries = (states: readonly ContactState[]) => ({
      deliveries: states.flatMap(({ node, aim }) => {
        const parcel = byNode.get(node)
        return parcel === undefined || aim === 'erase' ? [] : [deliveryOf(parcel, receipts.get(node), at)]
      }),
    })
    const next = (state: ContactState): ContactState => {
      const parcel = byNode.get(state.node)
      return parcel === undefined
        ? state
        : settle(state, parcel, receipts.get(state.node), { at, chance: core.chance() })
    }
    const states = await store([...byNode.keys()], next, deliveries)
    const overtaken = states
      .filter((state) => byNode.get(state.node)?.contact.wanted !== state.wanted)
      .map((state) => state.node)
    if (overtaken.length > 0) await core.writer.run('settle', () => redecide(core, overtaken, lanes.decision))
  }
  const tell = (parcels: readonly Parcel[], receipt: (contact: string) => Receipt) =>
    settleAll(parcels, byContact(parcels.map(({ contact }) => receipt(contact.node))))

  /**
   * The last look before each send, in the writer: only what is wanted at this instant goes out, in a phase that writes,
   * and that it is tried is kept durably before it is.
   */
  const claim = (parcels: readonly Parcel[]): Promise<readonly Parcel[]> =>
    core.writer.run('settle', async () => {
      const at = core.now()
      await freshen(core, nodesOf(parcels))
      if (ended() || !writes(tool.state.phase)) return []
      const stored = new Map(
        (await core.store.contacts(tool.key, nodesOf(parcels))).map((state) => [state.node, state]),
      )
      const current = parcels.filter(({ contact }) => stored.get(contact.node)?.wanted === contact.wanted)
      const contacts = current.flatMap((parcel) => {
        const state = stored.get(parcel.contact.node)
        return state === undefined ? [] : [attempted(state, parcel, at)]
      })
      if (contacts.length > 0) await core.store.commit({ contacts })
      late.noteSent(nodesOf(current))
      return current
    })

  /** A batch that the tool refuses as a whole is halved until the one at fault stands alone. */
  const push = async (wished: readonly Parcel[], called: () => void): Promise<void> => {
    if (tool.connector.push === undefined || wished.length === 0) return
    const parcels = await claim(wished)
    const [only] = parcels
    if (only === undefined) return
    try {
      const receipts = await tool.connector.push(
        contextNow(tool),
        parcels.map(({ change }) => change),
      )
      called()
      await settleAll(parcels, byContact(receipts))
    } catch (error) {
      if (!(error instanceof ConnectorError && error.kind === 'invalid')) throw error
      if (parcels.length === 1)
        return tell([only], (contact) => ({ contact, status: 'rejected', reason: error.message }))
      const half = Math.ceil(parcels.length / 2)
      await push(parcels.slice(0, half), called)
      await push(parcels.slice(half), called)
    }
  }

  /** Shadow: what would go out is kept beside what the tool holds. */
  const record = async (parcels: readonly Parcel[]): Promise<void> => {
    if (parcels.length === 0) return
    const at = core.now()
    const sent = new Map(parcels.map(({ contact }) => [contact.node, contact.wanted]))
    const next = (state: ContactState): ContactState => ({
      ...state,
      settled: sent.get(state.node) ?? state.settled,
      dirtyAt: sent.get(state.node) === state.wanted ? null : state.dirtyAt,
    })
    const shadow = (states: readonly ContactState[]) => {
      const recorded = new Set(states.filter(({ aim }) => aim === 'record').map(({ node }) => node))
      return {
        shadow: parcels.filter(({ contact }) => recorded.has(contact.node)).map((parcel) => shadowOf(parcel, at)),
      }
    }
    await store([...sent.keys()], next, shadow)
  }

  /** Nothing is wanted of these any more. */
  const letGo = async (states: readonly ContactState[]): Promise<void> => {
    if (states.length === 0) return
    const wanted = new Map(states.map((state) => [state.node, state.wanted]))
    await store([...wanted.keys()], (state) =>
      state.wanted === wanted.get(state.node) ? { ...state, settled: state.wanted, dirtyAt: null } : state,
    )
  }

  const waitUntil = async (
    nextTryAt: number,
    states: readonly ContactState[],
    isMeant: (state: ContactState) => boolean,
  ): Promise<void> => {
    if (states.length === 0) return
    await store(
      states.map((state) => state.node),
      (state) => (isMeant(state) ? { ...state, nextTryAt } : state),
    )
  }
  /** An erasure is owed, but may not be written in this phase: it waits for one that writes. */
  const postpone = (states: readonly ContactState[]): Promise<void> =>
    waitUntil(core.now() + postponedMs, states, ({ aim }) => aim === 'erase')

  const erase = async (states: readonly ContactState[]): Promise<void> => {
    if (states.length === 0) return
    const receipts = byContact((await tool.connector.erase?.(contextNow(tool), states.map(contactOf))) ?? [])
    const isGone = ({ node }: ContactState) =>
      ['applied', 'unchanged', 'skipped'].includes(receipts.get(node)?.status ?? '')
    const at = core.now()
    const gone = states.filter(isGone)
    const audit = gone.map(({ node }) => ({
      at,
      actor: 'hub',
      action: 'erased',
      subject: node,
      detail: { connector: tool.key },
    }))
    const left = states.filter((state) => !isGone(state)).map((state) => state.node)
    const next = (state: ContactState) =>
      settle(state, { contact: state, desired: nothing }, receipts.get(state.node), {
        at,
        chance: core.chance(),
      })
    const goneContacts = gone.map(({ connector, node }) => ({ connector, node }))
    await store(left, next, () => ({ goneContacts, audit }))
    // Whoever has come back meanwhile is a new contact.
    const nodes = gone.map(({ node }) => node)
    if (nodes.length > 0) await core.writer.run('settle', () => redecide(core, nodes, lanes.decision))
  }

  return {
    send: async (all, called) => {
      const waiting = new Set(all.filter(late.may))
      await waitUntil(late.until, [...waiting], isUnknown)
      const states = all.filter((state) => !waiting.has(state))
      const erasures = states.filter((state) => state.aim === 'erase')
      if (writes(tool.state.phase)) await erase(erasures)
      else await postpone(erasures)
      const looked = await look(states.filter((state) => state.aim !== 'erase'))
      const made = looked.map((state) => ({
        state,
        parcel: parcelOf(state, tool.settings.contact.create === 'inScope'),
      }))
      await letGo(made.flatMap(({ state, parcel }) => (parcel === null ? [state] : [])))
      const parcels = made.flatMap(({ parcel }) => (parcel === null ? [] : [parcel]))
      await record(parcels.filter(({ contact }) => contact.aim === 'record'))
      if (!writes(tool.state.phase)) return
      const meant = parcels.filter(({ contact }) => contact.aim !== 'record')
      const held = meant.filter(isHeld)
      const open = meant.filter((parcel) => !isHeld(parcel))
      if (held.length > 0) await tell(await claim(held), (contact) => ({ contact, status: 'unchanged' }))
      await tell(open.filter(isUnreachable), (contact) => ({
        contact,
        status: 'skipped',
        reason: 'the tool has no such contact',
      }))
      await push(
        open.filter((parcel) => !isUnreachable(parcel)),
        called,
      )
    },
    fail: async (states, error) => {
      const at = core.now()
      const waitMs = error.afterMs ?? Math.max(1_000, backoffMs(3, core.chance()))
      const { kind, message: reason } = error
      const stops = kind === 'auth' || kind === 'config' || kind === 'refused'
      if (kind === 'throttled') tool.pauseUntil(at + waitMs)
      if (stops) tool.state = { ...tool.state, paused: reason }
      core.log[stops || kind === 'bug' ? 'error' : 'warn']({ connector: tool.key, kind, reason }, 'call failed')
      const next = (state: ContactState) => settleFailure(state, error, waitMs, { at, chance: core.chance() })
      await store(
        states.map((state) => state.node),
        next,
        () => (stops ? { connector: tool.state } : {}),
      )
    },
  }
}
