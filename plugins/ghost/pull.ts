import type { Page, SourceRecord } from '../../core/contract/record.ts'
import { followAll, keyset } from '../../core/contract/streams.ts'
import type { Timed } from '../../core/contract/trail.ts'
import type { Hint } from '../../core/contract/webhook.ts'
import { pageSize, quoted, timeIn } from './api.ts'
import {
  type Activity,
  activitiesSince,
  mailActivities,
  mailEventOf,
  paymentActivities,
  paymentEventOf,
} from './journal.ts'
import { recordOf } from './map.ts'
import { membersBy, membersWith } from './member.ts'
import type { GhostContext } from './settings.ts'

/** Times are whole seconds, and a transaction may end after a later one. */
const unsettledMs = 5_000
/** How far the first pull looks back for what was done with mails: the feed has to be read from its end. */
const lookBackMs = 30 * 86_400_000

const membersAfter =
  (ctx: GhostContext) =>
  async (at: number, id: string): Promise<readonly Timed[]> => {
    const time = timeIn(at)
    const rest = id === '' ? '' : `+id:>${quoted(id)}`
    const found = await membersBy(ctx, `(updated_at:>${time},updated_at:${time}${rest})`, 'updated_at asc,id asc')
    return found.map((member) => ({ at: Date.parse(member.updated_at), record: recordOf(member) }))
  }

const chunks = <T>(items: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / pageSize) }, (_, index) =>
    items.slice(index * pageSize, (index + 1) * pageSize),
  )
const timeOf = ({ data }: Activity) => Date.parse(data.created_at)

/** Members whose newsletters changed. Nothing else tells: their `updated_at` stays. */
const newsletterRows = async (ctx: GhostContext, since: number): Promise<readonly Timed[]> => {
  const activities = await activitiesSince(ctx, ['newsletter_event'], since)
  const ids = [...new Set(activities.flatMap(({ data }) => data.member?.id ?? []))]
  const found = (await Promise.all(chunks(ids).map((some) => membersWith(ctx, some)))).flat()
  const byId = new Map(found.map((member) => [member.id, member]))
  return activities.flatMap((activity) => {
    const { id, created_at: at, member } = activity.data
    const now = byId.get(member?.id ?? '')
    return now ? [{ at: timeOf(activity), record: recordOf(now, { id: `newsletter:${id}`, at }) }] : []
  })
}
/**
 * Ghost learns of opened mails from its mail service, and then enters them with the time at which they were opened: so the
 * stream of them runs this much behind.
 */
const lateMs = 2 * 3_600_000
const mailRows = async (ctx: GhostContext, since: number): Promise<readonly Timed[]> =>
  (await activitiesSince(ctx, mailActivities, since - lateMs)).flatMap((activity) => {
    const record = mailEventOf(activity)
    return record ? [{ at: timeOf(activity) + lateMs, record }] : []
  })
const paymentRows = async (ctx: GhostContext, since: number): Promise<readonly Timed[]> =>
  (await activitiesSince(ctx, paymentActivities, since)).flatMap((activity) => {
    const record = paymentEventOf(activity)
    return record ? [{ at: timeOf(activity), record }] : []
  })

/** First the members, then what the activity feed says: of newsletters from now on, of payments, and of mails. */
export const pull = (ctx: GhostContext, cursor: string | null): AsyncGenerator<Page, void> => {
  const { now } = ctx
  const streams = {
    members: keyset(membersAfter(ctx), pageSize),
    newsletters: async (since: number) => ({ rows: await newsletterRows(ctx, since), next: null }),
    payments: async (since: number) => ({ rows: await paymentRows(ctx, since), next: null }),
    mails: async (since: number) => ({ rows: await mailRows(ctx, since), next: null }),
  }
  // Not from this very moment: the feed's times are cut to the second, and would seem to lie before it.
  const starts = { newsletters: now() - unsettledMs, mails: now() - lookBackMs }
  return followAll(cursor, streams, { now, unsettledMs }, starts)
}

/** A webhook may have left before what it tells of was whole, and does not always tell of newsletters: it is read again. */
export const recall = async (ctx: GhostContext, hints: readonly Hint[]): Promise<readonly SourceRecord[]> => {
  const ids = [...new Set(hints.map(({ remoteId }) => remoteId))]
  const found = (await Promise.all(chunks(ids).map((some) => membersWith(ctx, some)))).flat()
  return hints.flatMap(({ id, at, remoteId }) => {
    const now = found.find((member) => member.id === remoteId)
    return now ? [recordOf(now, { id, at })] : []
  })
}
