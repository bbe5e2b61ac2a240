import type { Receipt } from '../contract/change.ts'
import { writes } from '../deliver/aim.ts'
import type { Parcel } from '../deliver/parcel.ts'
import { pack, portions } from '../deliver/portions.ts'
import { attempted } from '../deliver/settle.ts'
import type { Core } from './core.ts'
import { isInvalid } from './halving.ts'
import type { Jobs } from './jobs.ts'
import type { OnItsWay } from './on-its-way.ts'
import { freshen } from './redecide.ts'
import { contextNow, type Tool } from './tool.ts'
import { urgencyOf } from './urgency.ts'
import { byContact, type Verdicts } from './verdicts.ts'
import type { Withhold } from './withholding.ts'

/** How parcels reach one tool, in the ways that it takes them. */
export interface Pushing {
  /** Throws `ConnectorError` when a call fails as a whole. `called` is told of every push that got through. */
  readonly push: (parcels: readonly Parcel[], called: () => void) => Promise<void>
  /** Passes one verdict of our own, without the tool. */
  readonly tell: (parcels: readonly Parcel[], receipt: (parcel: Parcel) => Receipt) => Promise<void>
  /** Those that are still wanted at this instant; that they are tried is kept durably. */
  readonly claim: (parcels: readonly Parcel[]) => Promise<readonly Parcel[]>
}
export interface Means {
  readonly tool: Tool
  readonly verdicts: Verdicts
  readonly jobs: Pick<Jobs, 'opened'>
  readonly withhold: Withhold
  readonly late: OnItsWay
  /** No send begins any more, because the hub stops or the connector has other settings now. */
  readonly ended: () => boolean
}

const nodesOf = (parcels: readonly Parcel[]): readonly string[] => parcels.map(({ contact }) => contact.node)

export const createPushing = (core: Core, { tool, verdicts, jobs, withhold, late, ended }: Means): Pushing => {
  const asJob = tool.connector.ways.push?.mode === 'job'

  const settleAll = async (parcels: readonly Parcel[], told: readonly Receipt[]): Promise<void> => {
    const byNode = new Map(parcels.map((parcel) => [parcel.contact.node, parcel]))
    const receipts = await withhold(told, (contact) => Object.keys(byNode.get(contact)?.change.fields ?? {}))
    await verdicts.pass([...byNode.keys()], byContact(receipts), ({ node }) => {
      const parcel = byNode.get(node)
      return parcel === undefined ? null : { sent: parcel, fields: parcel.change.fields }
    })
    for (const receipt of receipts) if (receipt.status === 'accepted') jobs.opened(receipt.ticket)
  }
  const send = async (parcels: readonly Parcel[]): Promise<readonly Receipt[]> =>
    (await tool.connector.push?.(
      contextNow(tool, urgencyOf(parcels.map(({ contact }) => contact))),
      parcels.map(({ change }) => change),
    )) ?? []
  const tell: Pushing['tell'] = (parcels, receipt) => settleAll(parcels, parcels.map(receipt))
  const reject =
    (reason: string) =>
    (parcel: Parcel): Receipt => ({
      contact: parcel.contact.node,
      status: 'rejected',
      reason,
    })

  /**
   * The last look before each send, in the writer: only what is wanted at this instant goes out, in a phase that writes,
   * and that it is tried is kept durably before it is.
   */
  const claim: Pushing['claim'] = (parcels) =>
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
        return state === undefined ? [] : [attempted(state, parcel, at, asJob)]
      })
      if (contacts.length > 0) await core.store.commit({ contacts })
      late.noteSent(nodesOf(current))
      return current
    })

  /** What the tool refuses as a whole is halved until the one at fault stands alone. */
  const together = async (wished: readonly Parcel[], called: () => void): Promise<void> => {
    const parcels = await claim(wished)
    if (parcels.length === 0) return
    try {
      const receipts = await send(parcels)
      called()
      await settleAll(parcels, receipts)
    } catch (error) {
      if (!isInvalid(error)) throw error
      if (parcels.length === 1) return tell(parcels, reject(error.message))
      for (const half of portions(parcels, Math.ceil(parcels.length / 2))) await together(half, called)
    }
  }
  /** Each in a request of its own, all at the same time. One that fails says nothing about the others. */
  const apart = async (wished: readonly Parcel[], called: () => void): Promise<void> => {
    const parcels = await claim(wished)
    const failures: unknown[] = []
    const judged: Parcel[] = []
    const receiptsOf = async (parcel: Parcel): Promise<readonly Receipt[]> => {
      try {
        const receipts = await send([parcel])
        called()
        judged.push(parcel)
        return receipts
      } catch (error) {
        if (isInvalid(error)) {
          judged.push(parcel)
          return [reject(error.message)(parcel)]
        }
        failures.push(error)
        return []
      }
    }
    const receipts = await Promise.all(parcels.map(receiptsOf))
    await settleAll(judged, receipts.flat())
    if (failures.length > 0) throw failures[0]
  }
  const isSingle = tool.connector.ways.push?.mode === 'single'
  const { batch, bytes = Number.POSITIVE_INFINITY, concurrency } = tool.limits
  return {
    claim,
    tell,
    push: async (parcels, called) => {
      const { bodies, tooLong } = pack(parcels, bytes)
      for (const { item, bytes: length } of tooLong)
        await tell(
          [item],
          reject(`its change is ${length} bytes long as JSON, and the tool takes ${bytes} in one push`),
        )
      for (const body of bodies)
        for (const some of portions(body, isSingle ? concurrency : batch))
          await (isSingle ? apart : together)(some, called)
    },
  }
}
