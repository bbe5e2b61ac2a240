import type { Change, Contact, Holding, Receipt } from '../contract/change.ts'
import { ConnectorError } from '../contract/errors.ts'
import { writes } from '../deliver/aim.ts'
import { backoffMs } from '../deliver/backoff.ts'
import { afterCall, type Breaker, beforeCall, closed } from '../deliver/breaker.ts'
import { type ContactState, type Desired, lanes } from '../deliver/contact.ts'
import { difference, holdsAll, isEmpty, retraction } from '../deliver/difference.ts'
import { type Sent, settle, settleFailure } from '../deliver/settle.ts'
import type { ChangeSet, Delivery, ShadowWrite } from '../store/port.ts'
import type { Core } from './core.ts'
import { redecide, see } from './redecide.ts'
import { contextNow, type Tool, wantedOf } from './tool.ts'

/** Sends the current difference of one connector's contacts, whenever there is one. One tool's trouble slows no other. */
export interface Dispatcher {
  /** Something may be dirty. */
  readonly wake: () => void
  /** Resolves when nothing can be sent at this instant. */
  readonly rest: () => Promise<void>
  readonly breaker: () => Breaker['state']
  readonly stop: () => Promise<void>
}
interface Parcel extends Sent {
  readonly change: Change
}

const contactOf = (state: ContactState): Contact => ({
  id: state.node,
  key: state.key,
  remoteId: state.remoteId ?? undefined,
})

/** The tool must be looked at before the first write (its own state is given back later), after an unknown outcome, and before a retraction. */
const mustLook = (state: ContactState): boolean =>
  state.observedAt === null || state.touchedAt === null || state.aim === 'retract'

const nodesOf = (parcels: readonly Parcel[]): readonly string[] => parcels.map(({ contact }) => contact.node)

const aimFor = (state: ContactState): Desired | null => {
  if (state.aim === 'retract') return state.held && retraction(state.held, state.baseline, state.observed)
  return state.desired
}

const deliveryOf = (tool: Tool, parcel: Parcel, at: number, outcome: string, reason: string | null): Delivery => ({
  connector: tool.key,
  contact: parcel.contact.key.value,
  at,
  outcome,
  reason,
  fields: parcel.change.fields,
})

export const createDispatcher = (core: Core, tool: Tool): Dispatcher => {
  const inFlight = new Set<string>()
  let breaker: Breaker = closed
  let awake = false
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let lines: Promise<void>[] = []

  /** Applies an outcome to the contacts as they are stored now, in the writer. */
  const store = (
    nodes: readonly string[],
    next: (state: ContactState) => ContactState,
    more: Omit<ChangeSet, 'contacts'> = {},
  ) =>
    core.writer.run('settle', async () => {
      const states = (await core.store.contacts(tool.key, nodes)).map(next)
      await core.store.commit({ ...more, contacts: states })
      return states
    })

  const look = async (states: readonly ContactState[]): Promise<readonly ContactState[]> => {
    const { read } = tool.connector
    const asked = states.filter(mustLook)
    if (read === undefined || asked.length === 0) return states
    const wanted = wantedOf(tool, core.basis().program.placements.values())
    const seen = await read(tool.context('read'), asked.map(contactOf), wanted)
    const at = core.now()
    const looked = (state: ContactState): ContactState => {
      const holding: Holding | null | undefined = seen.get(state.node)
      return holding === undefined
        ? state
        : { ...state, observed: holding, observedAt: at, remoteId: holding?.remoteId ?? state.remoteId }
    }
    await store(
      asked.map((state) => state.node),
      looked,
    )
    return states.map((state) => (mustLook(state) ? looked(state) : state))
  }

  const parcelOf = (state: ContactState): Parcel | null => {
    const desired = aimFor(state)
    if (desired === null) return null
    const create = tool.settings.contact.create === 'inScope' && state.aim === 'hold'
    return { contact: state, desired, change: difference(state, state.observed, desired, create) }
  }

  const settleAll = async (parcels: readonly Parcel[], receipts: ReadonlyMap<string, Receipt>): Promise<void> => {
    const at = core.now()
    const byNode = new Map(parcels.map((parcel) => [parcel.contact.node, parcel]))
    const deliveries = parcels.map((parcel) => {
      const receipt = receipts.get(parcel.contact.node)
      return deliveryOf(
        tool,
        parcel,
        at,
        receipt?.status ?? 'unknown',
        receipt && 'reason' in receipt ? receipt.reason : null,
      )
    })
    const next = (state: ContactState): ContactState => {
      const parcel = byNode.get(state.node)
      return parcel === undefined
        ? state
        : settle(state, parcel, receipts.get(state.node), { at, chance: core.chance() })
    }
    const states = await store([...byNode.keys()], next, { deliveries })
    const overtaken = states
      .filter((state) => byNode.get(state.node)?.contact.wanted !== state.wanted)
      .map((state) => state.node)
    if (overtaken.length > 0) await core.writer.run('settle', () => redecide(core, overtaken, lanes.decision))
  }

  /**
   * The last look before sending, in the writer: only what is still wanted goes out, and what the tool holds before our
   * first write is kept durably before that write.
   */
  const claim = (parcels: readonly Parcel[]): Promise<readonly Parcel[]> =>
    core.writer.run('settle', async () => {
      const at = core.now()
      const stored = new Map(
        (await core.store.contacts(tool.key, nodesOf(parcels))).map((state) => [state.node, state]),
      )
      const current = parcels.filter(({ contact }) => stored.get(contact.node)?.wanted === contact.wanted)
      const first = current.flatMap(({ contact }) => {
        const state = stored.get(contact.node)
        return state === undefined || state.touchedAt !== null
          ? []
          : [{ ...state, touchedAt: at, baseline: state.observed }]
      })
      if (first.length > 0) await core.store.commit({ contacts: first })
      return current
    })

  /** A batch that the tool refuses as a whole is halved until the one at fault stands alone. */
  const push = async (parcels: readonly Parcel[]): Promise<void> => {
    if (tool.connector.push === undefined || parcels.length === 0) return
    try {
      const receipts = await tool.connector.push(
        contextNow(tool),
        parcels.map(({ change }) => change),
      )
      breaker = afterCall(breaker, true, core.now())
      await settleAll(parcels, new Map(receipts.map((receipt) => [receipt.contact, receipt])))
    } catch (error) {
      if (!(error instanceof ConnectorError && error.kind === 'invalid')) throw error
      const [only, ...others] = parcels
      if (only !== undefined && others.length === 0) {
        const contact = only.contact.node
        return settleAll(parcels, new Map([[contact, { contact, status: 'rejected', reason: error.message }]]))
      }
      const half = Math.ceil(parcels.length / 2)
      await push(parcels.slice(0, half))
      await push(parcels.slice(half))
    }
  }

  const record = async (parcels: readonly Parcel[]): Promise<void> => {
    if (parcels.length === 0) return
    const at = core.now()
    const shadow = parcels.map(
      ({ contact, change }): ShadowWrite => ({
        connector: tool.key,
        node: contact.node,
        contact: contact.key.value,
        at,
        would: change.fields,
        holds: contact.observed?.fields ?? null,
      }),
    )
    const sent = new Map(parcels.map((parcel) => [parcel.contact.node, parcel.contact.wanted]))
    const next = (state: ContactState): ContactState => ({
      ...state,
      settled: sent.get(state.node) ?? state.settled,
      dirtyAt: sent.get(state.node) === state.wanted ? null : state.dirtyAt,
    })
    await store([...sent.keys()], next, { shadow })
  }

  /** Nothing is wanted of these any more. */
  const letGo = async (states: readonly ContactState[]): Promise<void> => {
    if (states.length === 0) return
    await store(
      states.map((state) => state.node),
      (state) => (aimFor(state) === null ? { ...state, settled: state.wanted, dirtyAt: null } : state),
    )
  }

  const erase = async (states: readonly ContactState[]): Promise<void> => {
    if (states.length === 0) return
    const receipts = new Map(
      ((await tool.connector.erase?.(contextNow(tool), states.map(contactOf))) ?? []).map((receipt) => [
        receipt.contact,
        receipt,
      ]),
    )
    const isGone = (state: ContactState) =>
      ['applied', 'unchanged', 'skipped'].includes(receipts.get(state.node)?.status ?? '')
    const at = core.now()
    const audit = states
      .filter(isGone)
      .map((state) => ({ at, actor: 'hub', action: 'erased', subject: state.node, detail: { connector: tool.key } }))
    const nodes = states.filter((state) => !isGone(state)).map((state) => state.node)
    const goneContacts = states.filter(isGone).map(({ connector, node }) => ({ connector, node }))
    const next = (state: ContactState) =>
      settle(
        state,
        { contact: state, desired: { fields: {}, memberships: [], offers: {} } },
        receipts.get(state.node),
        { at, chance: core.chance() },
      )
    await store(nodes, next, { goneContacts, audit })
  }

  const send = async (states: readonly ContactState[]): Promise<void> => {
    await erase(states.filter((state) => state.aim === 'erase'))
    const looked = await look(states.filter((state) => state.aim !== 'erase'))
    const parcels = looked.flatMap((state) => parcelOf(state) ?? [])
    await letGo(looked.filter((state) => aimFor(state) === null))
    await record(parcels.filter(({ contact }) => contact.aim === 'record'))
    if (!writes(tool.state.phase)) return
    const meant = await claim(parcels.filter(({ contact }) => contact.aim !== 'record'))
    const unchanged = ({ contact, change, desired }: Parcel) => isEmpty(change) && holdsAll(contact.observed, desired)
    const skipped = ({ contact, change }: Parcel) =>
      contact.observedAt !== null && contact.observed === null && !change.create
    const told = (parcels: readonly Parcel[], receipt: (node: string) => Receipt) =>
      settleAll(parcels, new Map(parcels.map(({ contact }) => [contact.node, receipt(contact.node)])))
    await told(meant.filter(unchanged), (contact) => ({ contact, status: 'unchanged' }))
    const rest = meant.filter((parcel) => !unchanged(parcel))
    await told(rest.filter(skipped), (contact) => ({
      contact,
      status: 'skipped',
      reason: 'the tool has no such contact',
    }))
    await push(rest.filter((parcel) => !skipped(parcel)))
  }

  const failed = async (states: readonly ContactState[], thrown: unknown): Promise<void> => {
    const error =
      thrown instanceof ConnectorError
        ? thrown
        : new ConnectorError('bug', `pushing to ${tool.key}: ${String(thrown)}`, { cause: thrown })
    const at = core.now()
    if (error.kind !== 'throttled' && error.kind !== 'invalid') breaker = afterCall(breaker, false, at)
    const waitMs = error.afterMs ?? Math.max(1_000, backoffMs(3, core.chance()))
    if (error.kind === 'throttled') tool.pauseUntil(at + waitMs)
    const stops = error.kind === 'auth' || error.kind === 'config' || error.kind === 'refused'
    if (stops) tool.state = { ...tool.state, paused: error.message }
    core.log[stops || error.kind === 'bug' ? 'error' : 'warn'](
      { connector: tool.key, kind: error.kind, reason: error.message },
      'call failed',
    )
    await store(
      states.map((state) => state.node),
      (state) => settleFailure(state, error, waitMs, { at, chance: core.chance() }),
      stops ? { connector: tool.state } : {},
    )
  }

  /** Takes rows for this line: marked before anybody else gets a turn, so no contact is in two batches. */
  const take = async (): Promise<readonly ContactState[]> => {
    const rows = await core.store.dirty(tool.key, core.now(), tool.limits.batch + inFlight.size)
    const taken = rows.filter((row) => !inFlight.has(row.node)).slice(0, tool.limits.batch)
    for (const row of taken) inFlight.add(row.node)
    return taken
  }

  /** One batch; false: nothing can be sent at this instant. */
  const step = async (): Promise<boolean> => {
    if (stopped || tool.state.paused !== null || tool.state.phase === 'off' || tool.state.phase === 'observe')
      return false
    const gate = beforeCall(breaker, core.now())
    if (gate.waitMs > 0) return false
    breaker = gate.breaker
    const taken = await take()
    if (taken.length === 0) return false
    const nodes = taken.map((row) => row.node)
    try {
      // No send starts with any but the then-current decision.
      await see(core, nodes, 'settle')
      const current = (await core.store.contacts(tool.key, nodes)).filter(
        (state) => state.dirtyAt !== null && state.dead === null,
      )
      try {
        await send(current)
      } catch (error) {
        await failed(current, error)
      }
    } finally {
      for (const node of nodes) inFlight.delete(node)
    }
    return true
  }

  const line = async (): Promise<void> => {
    while (await step());
  }
  const run = (): void => {
    if (stopped) return
    clearTimeout(timer)
    awake = true
    const most = Math.min(tool.limits.concurrency, 4)
    const done = Promise.all(Array.from({ length: most }, line)).then(
      () => undefined,
      (error: unknown) => core.log.error({ connector: tool.key, err: error }, 'dispatch failed'),
    )
    const finished = done.then(async () => {
      lines = lines.filter((other) => other !== finished)
      awake = false
      await sleep()
    })
    lines.push(finished)
  }
  /** Until the next contact's time comes; a commit wakes earlier. */
  const sleep = async (): Promise<void> => {
    if (stopped) return
    const at = await core.store.nextTry(tool.key)
    if (at === null) return
    clearTimeout(timer)
    timer = setTimeout(
      () => wake(),
      Math.min(60_000, Math.max(50, at - core.now(), beforeCall(breaker, core.now()).waitMs)),
    )
    timer.unref()
  }
  const wake = (): void => {
    if (!awake) run()
  }
  return {
    wake,
    rest: async () => {
      wake()
      while (lines.length > 0) await Promise.all(lines)
    },
    breaker: () => breaker.state,
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      while (lines.length > 0) await Promise.all(lines)
    },
  }
}
