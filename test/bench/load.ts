import { Agent, request } from 'node:http'
import { performance } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'

/** Whoever sends requests: some connections, kept alive, each with one request under way. */
export interface Load {
  /** Sends them all and gives how long each took, in milliseconds. An answer that is no success ends it. */
  readonly send: (path: string, bodies: readonly string[]) => Promise<readonly number[]>
  /** Sends so many in a second, whether or not those before were answered, as long as it `goesOn`; how long each took since its turn. */
  readonly pace: (
    path: string,
    perSecond: number,
    body: () => string,
    goesOn: () => boolean,
  ) => Promise<readonly number[]>
  readonly close: () => void
}

export const openLoad = (url: string, key: string, connections: number): Load => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const post = (path: string, body: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const headers = {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
        Authorization: `Bearer ${key}`,
      }
      const outgoing = request(`${url}${path}`, { method: 'POST', agent, headers }, (answer) => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (part: string) => {
          text += part
        })
        answer.on('end', () => {
          const refused = answer.statusCode !== 200 || /"refused":\[[^\]]/.test(text)
          if (refused) reject(new Error(`sending to ${path}: ${answer.statusCode} ${text.slice(0, 500)}`))
          else resolve()
        })
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  return {
    send: async (path, bodies) => {
      const took: number[] = []
      const left = bodies.values()
      const work = async () => {
        for (const body of left) {
          const startedAt = performance.now()
          await post(path, body)
          took.push(performance.now() - startedAt)
        }
      }
      await Promise.all(Array.from({ length: connections }, work))
      return took
    },
    pace: async (path, perSecond, body, goesOn) => {
      const took: number[] = []
      const sent: Promise<void>[] = []
      const startedAt = performance.now()
      for (let turn = 0; goesOn(); turn++) {
        const at = startedAt + (turn * 1_000) / perSecond
        await setTimeout(Math.max(0, at - performance.now()))
        sent.push(post(path, body()).then(() => void took.push(performance.now() - at)))
      }
      await Promise.all(sent)
      return took
    },
    close: () => agent.destroy(),
  }
}
