import type { Sandbox, SandboxReply, SandboxRequest } from '../../core/contract/sandbox.ts'
import { answerOf, jsonAnswer, type WireAnswer } from '../../core/host/sandbox-answer.ts'
import type { Answer, NoAnswer, Outgoing, Transport } from '../../core/host/transport.ts'
import type { Chance } from '../simulation/chance.ts'
import { met } from '../support/rough/fault.ts'
import type { SimulatedTime } from '../support/simulated-time.ts'
import { type Episode, struck, type Trouble } from './episode.ts'

/** The way to a tool in this process, in simulated time. */
export interface Wire {
  readonly transport: Transport
  /** How many requests met each trouble. */
  readonly troubles: ReadonlyMap<Trouble, number>
  /** When each request was sent, in order. */
  readonly sent: readonly number[]
}
export interface WireOptions {
  readonly sandbox: Sandbox
  readonly time: SimulatedTime
  readonly chance: Chance
  readonly episodes: readonly Episode[]
}

const bodyOf = (text: string | undefined): unknown => {
  if (text === undefined || text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
const requestOf = ({ method, baseUrl, path, headers, body }: Outgoing): SandboxRequest => ({
  method,
  path: `${baseUrl}${path}`.slice(new URL(baseUrl).origin.length),
  headers,
  body: bodyOf(body),
})
const overTheWire = ({ status, headers, body }: WireAnswer): Answer => ({ status, headers, text: body })
const saying = (reply: SandboxReply): Answer => overTheWire(jsonAnswer(reply))
const cut = ({ text, ...answer }: Answer): Answer => ({ ...answer, text: text.slice(0, text.length / 2) })
const refusedKey: SandboxReply = { status: 401, json: { message: 'the key is refused' } }

/** A wire to a sandbox that takes a moment there and back, and on which the episodes are met. */
export const wireTo = ({ sandbox, time, chance, episodes }: WireOptions): Wire => {
  const troubles = new Map<Trouble, number>()
  const sent: number[] = []
  const silence = async ({ timeoutMs }: Outgoing): Promise<NoAnswer> => {
    await time.wait(timeoutMs)
    return { failed: 'lost', reason: `no answer within ${timeoutMs} ms` }
  }
  const answered = (request: SandboxRequest): Answer => overTheWire(answerOf(sandbox, request))
  const halved = (request: SandboxRequest): Answer => {
    const reply = sandbox.half(request)
    return reply === null ? answered(request) : saying(reply)
  }
  /** A dead tool is silent at first; then its address refuses to talk. */
  const dead = ({ from, to }: Episode, outgoing: Outgoing): NoAnswer | Promise<NoAnswer> =>
    time.clock.now < (from + to) / 2 ? silence(outgoing) : { failed: 'unsent', reason: 'ECONNREFUSED' }

  const meeting = (episode: Episode, request: SandboxRequest, outgoing: Outgoing) => {
    const { trouble } = episode
    if (trouble === 'dead') return dead(episode, outgoing)
    if (trouble === 'wrong key') return saying(refusedKey)
    const fault = met(trouble, time.clock.now)
    if (fault === null) return answered(request)
    if (fault === 'truncate') return cut(answered(request))
    const course = typeof fault === 'object' && 'does' in fault ? fault : { does: 'nothing', gives: fault }
    const answer = course.does === 'half' ? halved(request) : course.does === 'all' ? answered(request) : null
    if (course.gives === 'hang') return silence(outgoing)
    if (typeof course.gives === 'object') return saying(course.gives)
    return course.gives === 'answer' && answer !== null
      ? answer
      : ({ failed: 'lost', reason: 'ECONNRESET' } satisfies NoAnswer)
  }
  return {
    troubles,
    sent,
    transport: async (outgoing) => {
      const request = requestOf(outgoing)
      const tripMs = chance.int(20, 200)
      sent.push(time.clock.now)
      await time.wait(tripMs)
      const episode = struck(episodes, time.clock.now, chance)
      if (episode !== null) troubles.set(episode.trouble, (troubles.get(episode.trouble) ?? 0) + 1)
      const answer = await (episode === null ? answered(request) : meeting(episode, request, outgoing))
      await time.wait(tripMs)
      return answer
    },
  }
}
