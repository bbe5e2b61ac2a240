import type { Change, Contact, Receipt } from '../../core/contract/change.ts'
import type { Context } from '../../core/contract/connector.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import type { FieldValue } from '../../core/contract/value.ts'
import { type PaperTool, paperTool } from '../support/paper.ts'
import { withJobs } from '../support/paper-jobs.ts'
import type { Chance } from './chance.ts'
import type { ToolName } from './hub-config.ts'
import type { Life } from './life.ts'
import type { Sometimes } from './sometimes.ts'
import { early, type Trouble } from './trouble.ts'

/** A tool in the simulation: it outlives the hub, fails as the seed says, and knows what people did in it by hand. */
export interface SimTool {
  readonly name: ToolName
  readonly paper: PaperTool
  /** How one process of the hub sees it. */
  readonly during: (life: Life) => PaperTool
  readonly fail: (trouble: Trouble | null, share: number) => void
  /** Its jobs are done at once from now on, or take their time. */
  readonly hurry: (isInHurry: boolean) => void
  readonly edit: (email: string, field: string, value: FieldValue) => void
  readonly remove: (email: string) => void
  /** Everything is again as it was at the last backup, or as it is now if there was none, in an account that says so. */
  readonly restore: () => void
  readonly backUp: () => void
  /** What people ever put into a field, nothing included: what may stand there without being ours. */
  readonly byHand: (email: string, field: string) => ReadonlySet<FieldValue>
  readonly isByHand: (email: string, field: string) => boolean
  readonly deleted: ReadonlySet<string>
  /** Whom the hub has written to, and whom it has erased since. */
  readonly told: ReadonlySet<string>
  readonly restoredAt: number
  /** Contacts of calls that are under way. */
  readonly underWay: ReadonlySet<string>
  /** What processes that have died sent last reaches the tool now. */
  readonly arrive: () => Promise<void>
}
export interface ToolAround {
  readonly chance: Chance
  readonly now: () => number
  readonly sometimes: Sometimes
  /** Judges every push just before it reaches the tool. */
  readonly inspect: (tool: ToolName, changes: readonly Change[], ctx: Context<unknown>) => Promise<void>
}

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}
const worksInJobs = 0.4
/** Shorter than anybody waits for a job without a ticket. */
const lasts = [0, 2_000, 90_000, 9 * 60_000]
export const createTool = (name: ToolName, { chance, now, sometimes, inspect }: ToolAround): SimTool => {
  const paper = paperTool(now, chance.int(2, 4))
  const { push: write } = paper.connector
  paper.connector = {
    ...paper.connector,
    push: async (ctx, changes) => {
      for (const change of changes) note(change)
      return (await write?.(ctx, changes)) ?? []
    },
  }
  const jobs = chance.often(worksInJobs) ? withJobs(paper, now, 0) : null
  const lifeOf = new Map<string, Life>()
  const hand = new Map<string, Set<FieldValue>>()
  const last = new Map<string, FieldValue>()
  const deleted = new Set<string>()
  const told = new Set<string>()
  const underWay = new Set<string>()
  let late: (() => Promise<unknown>)[] = []
  let trouble: { kind: Trouble | null; share: number } = { kind: null, share: 0 }
  let backup = new Map(paper.cards)
  let epochs = 1
  let inHurry = false
  let restoredAt = Number.NEGATIVE_INFINITY
  const key = (email: string, field: string) => `${email}\0${field}`
  const drawn = (): Trouble | null => (trouble.kind !== null && chance.often(trouble.share) ? trouble.kind : null)

  /** A call that may fail before it reaches the tool, or after; the process may die around it. */
  const call = async <T>(
    life: Life,
    what: string,
    contacts: readonly Contact[],
    job: () => Promise<T>,
    spoil: (answer: T, kind: Trouble) => T,
  ): Promise<T> => {
    await life.point(`before ${what}`)
    for (const { id } of contacts) underWay.add(id)
    let reached = false
    // A push that is under way when its process dies is lost, or reaches the tool when the next process has begun.
    void life.ended.then(() => {
      if (what === 'push' && !reached && chance.often(0.9)) late.push(job)
    })
    await turns(chance.int(0, 4))
    await life.point(`sending ${what}`)
    reached = true
    const kind = drawn()
    const failure = kind === null ? undefined : early[kind]?.()
    try {
      if (kind === 'throttled') sometimes.reached('a tool throttled')
      if (failure !== undefined) throw failure
      const answer = await job()
      await life.point(`after ${what}`)
      await turns(chance.int(0, 3))
      if (kind === 'lost answer') {
        if (what === 'push')
          sometimes.reached(
            jobs === null
              ? 'an answer was lost after the tool had applied it'
              : 'a job was made of a push that had no answer',
          )
        throw new ConnectorError('unknown', 'timed out')
      }
      return kind === null ? answer : spoil(answer, kind)
    } finally {
      for (const { id } of contacts) underWay.delete(id)
    }
  }
  const spoilt = (receipts: readonly Receipt[], kind: Trouble): readonly Receipt[] => {
    if (kind === 'silent') return []
    const kept = receipts.filter((_, index) => index % 2 === 0)
    if (kept.length < receipts.length) sometimes.reached('a batch was half accepted')
    return kept
  }
  const note = ({ contact, create, fields }: Change): void => {
    const email = contact.key.value
    if (create && deleted.delete(email)) sometimes.reached('a contact was deleted in the tool, and written anew')
    told.add(email)
    for (const field of Object.keys(fields)) last.delete(key(email, field))
  }
  const forget = (): void => {
    jobs?.forget()
    sometimes.reached('a job that had ended was known no more')
  }
  const during = (life: Life): PaperTool => {
    const { check, push, read, erase, settle } = paper.connector
    return {
      ...paper,
      connector: {
        ...paper.connector,
        check: (ctx) =>
          call(
            life,
            'check',
            [],
            () => check(ctx),
            (answer) => answer,
          ),
        read: (ctx, contacts, wanted) =>
          call(
            life,
            'read',
            contacts,
            async () => (await read?.(ctx, contacts, wanted)) ?? new Map(),
            (answer) => answer,
          ),
        push: (ctx, changes) =>
          inspect(name, changes, ctx).then(() =>
            call(
              life,
              'push',
              changes.map(({ contact }) => contact),
              async () => {
                if (jobs !== null) jobs.lastsMs = inHurry ? 0 : chance.pick(lasts)
                const receipts = (await push?.(ctx, changes)) ?? []
                for (const receipt of receipts) if (receipt.status === 'accepted') lifeOf.set(receipt.ticket, life)
                return receipts
              },
              (receipts, kind) => {
                if (jobs !== null) sometimes.reached('a job was made of a push that had no answer')
                return spoilt(receipts, kind)
              },
            ),
          ),
        ...(settle !== undefined && {
          settle: (ctx: Context<Record<string, unknown>>, ticket: string, contacts: readonly Contact[]) =>
            call(
              life,
              'settle',
              contacts,
              async () => {
                if (lifeOf.get(ticket) !== life) sometimes.reached('a job outlived the process that had sent it')
                if (trouble.kind === 'forgetful' && chance.often(trouble.share)) forget()
                return settle(ctx, ticket, contacts)
              },
              spoilt,
            ),
        }),
        erase: (ctx, contacts) =>
          call(
            life,
            'erase',
            contacts,
            async () => {
              const receipts = (await erase?.(ctx, contacts)) ?? []
              for (const contact of contacts) told.delete(contact.key.value)
              return receipts
            },
            spoilt,
          ),
      },
    }
  }
  return {
    name,
    paper,
    during,
    fail: (kind, share) => {
      trouble = { kind, share }
    },
    hurry: (isInHurry) => {
      inHurry = isInHurry
    },
    edit: (email, field, value) => {
      const put = value ?? ''
      paper.put(email, { [field]: put })
      hand.set(key(email, field), (hand.get(key(email, field)) ?? new Set<FieldValue>()).add(put))
      last.set(key(email, field), put)
    },
    remove: (email) => {
      if (paper.cards.delete(email)) deleted.add(email)
    },
    backUp: () => {
      backup = structuredClone(paper.cards)
    },
    restore: () => {
      jobs?.cancel()
      paper.cards.clear()
      for (const [email, card] of structuredClone(backup)) paper.cards.set(email, card)
      paper.epoch = `e${++epochs}`
      restoredAt = now()
      sometimes.reached('a tool was restored from a backup')
    },
    byHand: (email, field) => hand.get(key(email, field)) ?? new Set(),
    isByHand: (email, field) => last.has(key(email, field)),
    deleted,
    told,
    get restoredAt() {
      return restoredAt
    },
    underWay,
    arrive: async () => {
      const arriving = late
      late = []
      for (const job of arriving) await job()
      if (arriving.length > 0) sometimes.reached('a request reached its tool after its process had died')
    },
  }
}
