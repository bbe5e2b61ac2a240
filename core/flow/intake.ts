import { lanes } from '../deliver/contact.ts'
import { joinAll } from '../profile/fold.ts'
import type { Message } from '../profile/message.ts'
import { nodeIds } from '../profile/node.ts'
import type { ChangeSet } from '../store/change-set.ts'
import type { WorkingSet } from '../store/port.ts'
import type { SetAside, StoredMessage } from '../store/stored.ts'
import type { Basis } from './basis.ts'
import { catchUp } from './catch-up.ts'
import type { Core } from './core.ts'
import { inOrder } from './in-order.ts'
import { refresh } from './refresh.ts'
import { replaced } from './replaced.ts'
import { saidIn } from './said.ts'
import { unmoved } from './unmoved.ts'

/** What became of one message. */
export type Verdict = 'accepted' | 'repeated' | 'conflict' | 'erased' | 'failed'
interface Waiting {
  readonly message: Message
  readonly tell: (verdict: Verdict) => void
}
export interface Intake {
  /** One verdict per message, in order, after the durable commit. */
  readonly take: (messages: readonly Message[]) => Promise<readonly Verdict[]>
  /** How long to stay away, in seconds, when too much waits; 0: come in. */
  readonly behindS: () => number
}

/** So many messages share one transaction: nearly all of the gain is there, and the event loop stays responsive. */
const perCommit = 200
const mostWaiting = 20_000

const nodesOfAll = (messages: readonly Message[], identityKey: string): readonly string[] => [
  ...new Set(messages.flatMap(({ identifiers }) => nodeIds(identityKey, identifiers))),
]

const storedOf = (message: Message): StoredMessage => {
  const { source, id, hash, kind, event, at, sentAt, receivedAt, flag } = message
  return { source, id, hash, kind, event, at, sentAt, receivedAt, flag, body: JSON.stringify(message.body) }
}
const asideOf = (message: Message, reason: SetAside['reason'], identityKey: string): SetAside => ({
  source: message.source,
  id: message.id,
  subject: nodeIds(identityKey, message.identifiers)[0] ?? null,
  reason,
  receivedAt: message.receivedAt,
  // What an erased person is said to have done must not be kept either.
  body: reason === 'erased' ? '{}' : JSON.stringify(message.body),
})

/** Sorts a batch into new messages, repeats, re-used ids and statements about erased people from before their erasure. */
const sift = async (core: Core, messages: readonly Message[]): Promise<readonly Verdict[]> => {
  const { identityKey } = core.basis()
  const known = new Map((await core.store.known(messages)).map(({ source, id, hash }) => [`${source}\0${id}`, hash]))
  const buried = await core.store.tombstones(nodesOfAll(messages, identityKey))
  const isBuried = ({ at, identifiers }: Message): boolean =>
    nodeIds(identityKey, identifiers).some((node) => at <= (buried.get(node) ?? Number.NEGATIVE_INFINITY))
  return messages.map((message) => {
    const name = `${message.source}\0${message.id}`
    const hash = known.get(name)
    if (hash !== undefined) return hash === message.hash ? 'repeated' : 'conflict'
    if (buried.size > 0 && isBuried(message)) return 'erased'
    known.set(name, message.hash)
    return 'accepted'
  })
}

/** The change of a working set that messages make, from the log to the desired states. What fell due before they came is decided without them. Pure. */
const absorb = (stored: WorkingSet, messages: readonly Message[], basis: Basis, at: number): ChangeSet => {
  const { set, change: before } = catchUp(stored, basis, at, lanes.decision)
  const said = saidIn(messages, basis)
  const components = joinAll(set.components, said.components, basis.settings)
  const rest = unmoved(set, components, said.components, basis, at)
  const moved = {
    ...set,
    components: components.filter(({ id }) => !rest.has(id)),
    profiles: set.profiles.filter((row) => !rest.has(row.component)),
  }
  const { change } = refresh(moved, basis, at, lanes.decision)
  return { ...inOrder([before, change]), ...replaced(set, components), told: said.told }
}

const commit = async (core: Core, messages: readonly Message[]): Promise<readonly Verdict[]> => {
  const basis = core.basis()
  const verdicts = await sift(core, messages)
  const fresh = messages.filter((_, index) => verdicts[index] === 'accepted')
  const setAside = messages.flatMap((message, index) => {
    const verdict = verdicts[index]
    return verdict === 'conflict' || verdict === 'erased' ? [asideOf(message, verdict, basis.identityKey)] : []
  })
  if (fresh.length === 0 && setAside.length === 0) return verdicts
  const set = await core.store.load(nodesOfAll(fresh, basis.identityKey))
  await core.store.commit({
    ...absorb(set, fresh, basis, core.now()),
    messages: fresh.map(storedOf),
    setAside,
  })
  core.committed()
  return verdicts
}

/** A message that makes a whole batch fail is found by trying each alone: it spoils only itself. */
const commitApart = async (core: Core, messages: readonly Message[]): Promise<readonly Verdict[]> => {
  const verdicts: Verdict[] = []
  for (const message of messages) {
    try {
      verdicts.push(...(await commit(core, [message])))
    } catch (error) {
      core.log.error({ source: message.source, err: error }, 'message could not be processed')
      verdicts.push('failed')
    }
  }
  return verdicts
}

const commitSafely = async (core: Core, messages: readonly Message[]): Promise<readonly Verdict[]> => {
  try {
    return await commit(core, messages)
  } catch (error) {
    core.log.warn({ messages: messages.length, err: error }, 'batch failed, trying its messages one by one')
    return commitApart(core, messages)
  }
}

/** The way in: requests that arrive together share one transaction; each is answered after the commit. */
export const createIntake = (core: Core): Intake => {
  const waiting: Waiting[] = []
  let scheduled = false
  let perSecond = 1_000
  const work = async (): Promise<void> => {
    // Whoever has arrived at the same time is let in first: they share the transaction.
    await new Promise((resolve) => setImmediate(resolve))
    const batch = waiting.splice(0, perCommit)
    const startedAt = core.now()
    const verdicts = await commitSafely(
      core,
      batch.map(({ message }) => message),
    )
    const tookMs = Math.max(1, core.now() - startedAt)
    perSecond = 0.8 * perSecond + 0.2 * ((batch.length * 1_000) / tookMs)
    batch.forEach(({ tell }, index) => {
      tell(verdicts[index] ?? 'failed')
    })
    scheduled = false
    schedule()
  }
  const schedule = (): void => {
    if (scheduled || waiting.length === 0) return
    scheduled = true
    void core.writer.run('front', work)
  }
  return {
    take: (messages) => {
      const told = messages.map((message) => new Promise<Verdict>((tell) => waiting.push({ message, tell })))
      schedule()
      return Promise.all(told)
    },
    behindS: () =>
      waiting.length < mostWaiting ? 0 : Math.max(1, Math.ceil((waiting.length - mostWaiting / 2) / perSecond)),
  }
}
