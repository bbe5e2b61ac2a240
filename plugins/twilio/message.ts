import { z } from 'zod'
import type { SourceRecord } from '../../core/contract/record.ts'
import { accountPath, messagesBase, type Wire } from './settings.ts'
import { phoneIn } from './user.ts'

const text = z.string().nullish()
const message = z.object({
  sid: z.string(),
  direction: text,
  from: text,
  to: text,
  body: text,
  status: text,
  error_code: z.number().nullish(),
  /** RFC 2822. */
  date_sent: text,
  date_created: text,
})
export type Message = z.output<typeof message>

/**
 * Words by which people take back, or give again, that they may be written to: those of English, which Twilio acts on by
 * itself. `yes` is left out, as it answers much else.
 * Source: https://help.twilio.com/articles/223134027-Twilio-support-for-opt-out-keywords-SMS-STOP-filtering-
 */
const keywords: Readonly<Record<string, boolean>> = {
  stop: false,
  stopall: false,
  unsubscribe: false,
  cancel: false,
  end: false,
  quit: false,
  optout: false,
  revoke: false,
  start: true,
  unstop: true,
}
const sayingsOf = ({ from, body }: Message): boolean | undefined =>
  phoneIn(from ?? '') === from ? keywords[(body ?? '').trim().toLowerCase()] : undefined

const deliveries: Readonly<Record<string, string>> = {
  delivered: 'SMS Delivered',
  read: 'SMS Delivered',
  failed: 'SMS Failed',
  undelivered: 'SMS Failed',
}
export const sentAt = ({ date_sent, date_created }: Message): number => Date.parse(date_sent ?? date_created ?? '')

/** What a message tells; `said`: what Twilio took it for. Its words stay with Twilio. */
export const recordOf = (found: Message, said?: boolean): SourceRecord | null => {
  const { sid, direction, from, to, status, error_code } = found
  const isInbound = direction === 'inbound'
  const number = phoneIn((isInbound ? from : to) ?? '')
  if (number === null || Number.isNaN(sentAt(found))) return null
  const at = new Date(sentAt(found)).toISOString()
  const identifiers = [{ type: 'phone', value: number }]
  const consent = isInbound ? (said ?? sayingsOf(found)) : undefined
  if (consent !== undefined) return { kind: 'contact', id: `message:${sid}`, at, identifiers, fields: {}, consent }
  const event = isInbound ? 'SMS Received' : deliveries[status ?? '']
  if (event === undefined) return null
  const id = isInbound ? `message:${sid}` : `message:${sid}:${status}`
  const properties = { message_id: sid, ...(error_code ? { error_code } : {}) }
  return { kind: 'event', id, at, identifiers, event, properties }
}

type Filter = Readonly<Record<string, string>>
const listing = z.object({ messages: z.array(message), next_page_uri: text })
/** All that fit, newest first, as Twilio gives them. */
export const messagesWith = async (ctx: Wire, filter: Filter): Promise<readonly Message[]> => {
  const path = accountPath(ctx, '/Messages.json')
  const found: Message[] = []
  let place: Filter | null = {}
  while (place !== null) {
    const query: Filter = { ...filter, PageSize: '1000', ...place }
    const { body } = await ctx.http({ method: 'GET', base: messagesBase, path, query, reply: listing })
    found.push(...body.messages)
    place = body.next_page_uri ? placeIn(body.next_page_uri) : null
  }
  return found
}
/** Where a list goes on. */
export const placeIn = (link: string): Filter => {
  const query = new URL(link, 'https://api.twilio.com').searchParams
  return { Page: query.get('Page') ?? '0', PageToken: query.get('PageToken') ?? '' }
}

const messagePath = (ctx: Wire, sid: string) => accountPath(ctx, `/Messages/${encodeURIComponent(sid)}.json`)
/** `null` where there is none. */
export const lookUpMessage = async (ctx: Wire, sid: string): Promise<Message | null> => {
  const reply = z.union([message, z.object({ code: z.number() })])
  const path = messagePath(ctx, sid)
  const { body } = await ctx.http({ method: 'GET', base: messagesBase, path, accept: [404], reply })
  return 'sid' in body ? body : null
}
export const deleteMessage = (ctx: Wire, sid: string) =>
  ctx.http({ method: 'DELETE', base: messagesBase, path: messagePath(ctx, sid), accept: [404], reply: z.unknown() })
