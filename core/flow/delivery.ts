import type { Receipt } from '../contract/change.ts'
import type { ConnectorError } from '../contract/errors.ts'
import { writes } from '../deliver/aim.ts'
import { backoffMs } from '../deliver/backoff.ts'
import type { ContactState } from '../deliver/contact.ts'
import { nothing } from '../deliver/difference.ts'
import { ended } from '../deliver/job.ts'
import { abandoned, contactOf, isHeld, isUnreachable, mustLook, type Parcel, parcelOf } from '../deliver/parcel.ts'
import { portions } from '../deliver/portions.ts'
import { settleFailure } from '../deliver/settle.ts'
import type { Core } from './core.ts'
import { halving } from './halving.ts'
import { lookAt } from './looking.ts'
import { createPushing, type Means } from './pushing.ts'
import { contextNow, leaveOf } from './tool.ts'
import { urgencyOf } from './urgency.ts'
import { byContact } from './verdicts.ts'
import { shadowOf } from './written.ts'

/** How one batch of contacts of one connector is looked at, sent and settled. */
export interface DeliveryRun {
  /** Throws `ConnectorError` when a call fails as a whole. `called` is told of every push that got through. */
  readonly send: (states: readonly ContactState[], called: () => void) => Promise<void>
  /** After such a throw: everybody waits, and a tool that needs an admin is paused. */
  readonly fail: (states: readonly ContactState[], error: ConnectorError) => Promise<void>
}
const postponedMs = 60_000
const nodesOf = (states: readonly ContactState[]): readonly string[] => states.map(({ node }) => node)

export const createDelivery = (core: Core, means: Means): DeliveryRun => {
  const { tool, verdicts, late } = means
  const { push, tell, claim } = createPushing(core, means)

  const judge = async (some: readonly ContactState[], receipts: readonly Receipt[]): Promise<void> => {
    const byNode = new Map(some.map((contact) => [contact.node, contact]))
    await verdicts.pass([...byNode.keys()], byContact(receipts), ({ node }) => {
      const contact = byNode.get(node)
      return contact === undefined ? null : { sent: { contact, desired: nothing }, fields: {} }
    })
    for (const receipt of receipts) if (receipt.status === 'accepted') means.jobs.opened(receipt.ticket)
  }
  /** The tool refuses it alone: it is tried again, and given up in the end. */
  const again = async (state: ContactState, reason: string | undefined): Promise<void> => {
    if (reason !== undefined) await judge([state], [{ contact: state.node, status: 'retry', reason }])
  }

  const look = async (states: readonly ContactState[]): Promise<readonly ContactState[]> => {
    const asked = states.filter(mustLook)
    const { seen, refused } = await lookAt(core, tool, asked, asked.flatMap(abandoned), urgencyOf(asked))
    for (const state of asked) await again(state, refused.get(state.node))
    const at = core.now()
    const epochs = new Map(asked.map(({ node, epoch }) => [node, epoch]))
    const looked = (state: ContactState): ContactState => {
      const holding = seen.get(state.node)
      if (holding === undefined || epochs.get(state.node) !== state.epoch) return state
      return { ...state, observed: holding, observedAt: at, remoteId: holding?.remoteId ?? state.remoteId }
    }
    await verdicts.alter([...seen.keys()], looked)
    return states.filter(({ node }) => !refused.has(node)).map(looked)
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
    await verdicts.alter([...sent.keys()], next, (states) => {
      const recorded = new Set(states.filter(({ aim }) => aim === 'record').map(({ node }) => node))
      return {
        shadow: parcels.filter(({ contact }) => recorded.has(contact.node)).map((parcel) => shadowOf(parcel, at)),
      }
    })
  }

  /** Nothing is wanted of these any more. */
  const letGo = (states: readonly ContactState[]): Promise<void> => {
    const wanted = new Map(states.map((state) => [state.node, state.wanted]))
    return verdicts.alter([...wanted.keys()], (state) =>
      state.wanted === wanted.get(state.node) ? { ...state, settled: state.wanted, dirtyAt: null } : state,
    )
  }

  /** Answers those to whom nothing is on its way any more; the others wait until that is so. */
  const settled = async (states: readonly ContactState[]): Promise<readonly ContactState[]> => {
    const waiting = states.filter((state) => late.until(state) !== null)
    await verdicts.alter(nodesOf(waiting), (state) => ({ ...state, nextTryAt: late.until(state) ?? state.nextTryAt }))
    const over = states.filter((state) => state.job !== null && !waiting.includes(state))
    await verdicts.alter(nodesOf(over), ended)
    return states.filter((state) => !waiting.includes(state)).map(ended)
  }
  /** An erasure is owed, but may not be written in this phase: it waits for one that writes. */
  const postpone = (states: readonly ContactState[]): Promise<void> => {
    const nextTryAt = core.now() + postponedMs
    return verdicts.alter(nodesOf(states), (state) => (state.aim === 'erase' ? { ...state, nextTryAt } : state))
  }
  const erase = async (states: readonly ContactState[]): Promise<void> => {
    const eraseSome = async (some: readonly ContactState[]) =>
      judge(some, (await tool.connector.erase?.(contextNow(tool, 'consent'), some.map(contactOf))) ?? [])
    for (const some of portions(states, tool.limits.eraseBatch ?? tool.limits.batch))
      await halving(some, eraseSome, (state, { message }) => again(state, message))
  }

  return {
    send: async (all, called) => {
      const states = await settled(all)
      const erasures = states.filter((state) => state.aim === 'erase')
      await (writes(tool.state.phase) ? erase(erasures) : postpone(erasures))
      const looked = await look(states.filter((state) => state.aim !== 'erase'))
      const made = looked.map((state) => ({
        state,
        parcel: parcelOf(state, leaveOf(tool)),
      }))
      await letGo(made.flatMap(({ state, parcel }) => (parcel === null ? [state] : [])))
      const parcels = made.flatMap(({ parcel }) => (parcel === null ? [] : [parcel]))
      await record(parcels.filter(({ contact }) => contact.aim === 'record'))
      if (!writes(tool.state.phase)) return
      const meant = parcels.filter(({ contact }) => contact.aim !== 'record')
      const held = meant.filter(isHeld)
      const open = meant.filter((parcel) => !isHeld(parcel))
      if (held.length > 0)
        await tell(await claim(held), ({ contact }) => ({ contact: contact.node, status: 'unchanged' }))
      await tell(open.filter(isUnreachable), ({ contact }) => ({
        contact: contact.node,
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
      // Several calls may fail of one cause: somebody must act once.
      const isNews = kind === 'bug' || (stops && tool.state.paused === null)
      if (stops) tool.state = { ...tool.state, paused: reason }
      core.log[isNews ? 'error' : 'warn']({ connector: tool.key, kind, reason }, 'call failed')
      const when = { at, chance: core.chance() }
      // What has been settled before the call that failed is not its concern.
      const next = (state: ContactState) => (state.dirtyAt === null ? state : settleFailure(state, error, waitMs, when))
      await verdicts.alter(nodesOf(states), next, () => (stops ? { connector: tool.state } : {}))
    },
  }
}
