import type { Message, Refusal } from '../profile/message.ts'
import { isRefusal, readMessage } from '../profile/segment.ts'
import type { Actor } from './asking.ts'
import type { Core } from './core.ts'
import type { Intake, Verdict } from './intake.ts'
import type { Ingest } from './operations.ts'
import { believed } from './voucher.ts'

type Refused = {
  readonly index: number
  readonly messageId: string | null
  readonly code: string
  readonly detail: string
}

const details: Partial<Record<Verdict, string>> = {
  conflict: 'this messageId was used before for another message; the first one stands, this one was set aside',
  erased: 'the person was erased after this had happened; it was not stored',
  failed: 'the message could not be processed; it was not stored, send it again',
}
const nameOf = (raw: unknown): string | null => {
  const named = typeof raw === 'object' && raw !== null && 'messageId' in raw ? raw.messageId : null
  return typeof named === 'string' ? named : null
}

/** Who sends nothing but a user id from a page has to learn why it does not count. */
const hint = ({ code }: Refusal, { browser }: Actor): { readonly detail?: string } =>
  code === 'no_identifier' && browser !== undefined
    ? { detail: 'a public key speaks of an anonymousId; a userId counts where context.identity signs for it' }
    : {}

/** The Segment messages of one request, each judged alone, answered after the durable commit. */
export const createIngest = (core: Core, intake: Intake): Ingest => ({
  ingest: async (raw, { actor, sentAt, kind, imported }) => {
    const retryAfterS = intake.behindS()
    if (retryAfterS > 0) return { retryAfterS }
    const how = {
      source: actor.name,
      receivedAt: core.now(),
      sentAt,
      settings: core.basis().settings,
      kind,
      imported,
    }
    const refused: Refused[] = []
    const taken: { index: number; message: Message }[] = []
    raw.forEach((one, index) => {
      const message = readMessage(believed(one, actor.browser, how.receivedAt), how)
      if (isRefusal(message)) refused.push({ index, messageId: nameOf(one), ...message, ...hint(message, actor) })
      else taken.push({ index, message })
    })
    const verdicts = await intake.take(taken.map(({ message }) => message))
    taken.forEach(({ index, message }, place) => {
      const verdict = verdicts[place] ?? 'failed'
      const detail = details[verdict]
      if (detail !== undefined) refused.push({ index, messageId: message.id, code: verdict, detail })
    })
    const repeated = verdicts.filter((verdict) => verdict === 'repeated').length
    return { accepted: raw.length - refused.length, repeated, refused: refused.sort((a, b) => a.index - b.index) }
  },
})
