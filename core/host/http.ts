import type { Call, Connector, Context, Reply } from '../contract/connector.ts'
import { ConnectorError, type ErrorKind } from '../contract/errors.ts'
import type { Pace } from './pace.ts'
import { isAmbiguous, pathProblem } from './path.ts'
import { isRead } from './read-only.ts'
import type { Redact } from './redact.ts'
import { type Connection, requestFor } from './request.ts'
import { failureOf } from './status.ts'
import type { Answer, NoAnswer, Transport } from './transport.ts'

/** read: only what the manifest lists as reads. write: pushing and erasing too. setup: an admin's act. */
export type Mode = 'read' | 'write' | 'setup'

export interface HttpOptions {
  readonly connector: Pick<Connector, 'id' | 'reads' | 'errorOf'>
  readonly connection: Connection
  readonly mode: Mode
  readonly transport: Transport
  readonly pace: Pace
  readonly priority?: number | undefined
  readonly timeoutMs: number
  readonly redact: Redact
  readonly signal: AbortSignal
  readonly now: () => number
}

const excerptLength = 300
/** So much is searched for addresses: the search takes the square of what holds none. */
const searchedLength = 10 * excerptLength
const mailAddress = /[^\s"'<>/]+(?:@|%40)[^\s"'<>/]+/gi
/** E.164, as it stands in texts and in paths. */
const phoneNumber = /(?:\+|%2B)[1-9]\d{6,14}(?!\d)/gi
/** What may be quoted from outside: short, without secrets, addresses and numbers of people, since errors end in logs. */
const quotable = (text: string, redact: Redact) =>
  redact
    .text(text)
    .slice(0, searchedLength)
    .replace(mailAddress, '[address]')
    .replace(phoneNumber, '[number]')
    .replace(/\s+/g, ' ')
    .slice(0, excerptLength)
/** However long a tool asks us to wait: after a day it is asked again, for a header that was meant otherwise would end all. */
const longestWaitMs = 86_400_000

/** A read changes nothing and can simply be asked again; a write whose answer is lost may have been done. */
const lostKind = (reading: boolean): ErrorKind => (reading ? 'transient' : 'unknown')
const kindOfSilence = (failed: NoAnswer['failed'], reading: boolean): ErrorKind =>
  (({ forbidden: 'config', unsent: 'transient', lost: lostKind(reading) }) as const)[failed]

const ambiguous = 'a server that decodes it could take it for another one'
const admit = (call: Call<unknown>, mode: Mode, reading: boolean, what: string) => {
  // What a path says of a person may hold anything: that is the fault of this request, and not of the connector.
  const problem = pathProblem(call.path) ?? (mode === 'read' && isAmbiguous(call.path) ? ambiguous : null)
  if (problem) throw new ConnectorError('invalid', `${what}: its path cannot be sent: ${problem}`)
  if (mode === 'read' && !reading)
    throw new ConnectorError(
      'refused',
      `${what}: it is not among the reads of the manifest, and only these may run here`,
    )
}

const bodyFrom = (text: string): unknown => {
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/**
 * What `Context.http` is. Each call is one job of the lane. Throws `ConnectorError`: `refused` for anything but a read in
 * mode read, by the status table for a failing status, `unknown` for a write whose answer is lost or cannot be understood
 * (`transient` for a read), `invalid` for a path that leads elsewhere, `config` for an address that is out of bounds.
 */
export const httpFor = (options: HttpOptions): Context<unknown>['http'] => {
  const { connector, connection, redact, pace, now } = options

  const ask = async (call: Call<unknown>, reading: boolean, what: string) => {
    const answer = await options.transport(requestFor(call, connection, options))
    if (!('failed' in answer)) return answer
    throw new ConnectorError(kindOfSilence(answer.failed, reading), `${what}: ${quotable(answer.reason, redact)}`)
  }
  const send = async (call: Call<unknown>, reading: boolean, what: string) => {
    try {
      const { priority } = options
      return await pace.run(() => ask(call, reading, what), { priority, cost: call.cost, operation: call })
    } catch (error) {
      if (error instanceof ConnectorError) throw error
      throw new ConnectorError('transient', `${what}: its turn never came`, { cause: error })
    }
  }
  const judge = ({ status, headers, text }: Answer, body: unknown, call: Call<unknown>, what: string) => {
    const own = connector.errorOf?.({ status, headers, body })
    const failure = own ?? failureOf(status, headers, now(), call.accept)
    if (!failure) return pace.ease(call)
    const { kind, meaning } = failure
    const afterMs = failure.afterMs === undefined ? undefined : Math.min(failure.afterMs, longestWaitMs)
    if (kind === 'throttled') pace.slow(afterMs === undefined ? null : now() + afterMs, call)
    const said = quotable(text, redact)
    const message = `${what}: answered ${status}, ${meaning}${said && `: ${said}`}`
    throw new ConnectorError(kind, message, { status, afterMs })
  }

  return async <T>(call: Call<T>): Promise<Reply<T>> => {
    const what = `calling ${connector.id}, ${call.method} ${quotable(call.path, redact)}`
    const reading = isRead(connector.reads, call)
    admit(call, options.mode, reading, what)
    const answer = await send(call, reading, what)
    const { status, headers, text } = answer
    const said = bodyFrom(text)
    judge(answer, said, call, what)
    const body = call.reply.safeParse(said)
    if (body.success) return { status, headers, body: body.data }
    const [issue] = body.error.issues
    const where = issue?.path.join('.') || 'the whole of it'
    const told = quotable(`${where}: ${issue?.message}`, redact)
    const message = `${what}: answered ${status}, but not as expected: ${told}`
    throw new ConnectorError(lostKind(reading), message, { status })
  }
}
