import { Agent, request } from 'node:http'
import { performance } from 'node:perf_hooks'

/** Whoever sends requests: some connections, kept alive, each with one request under way. */
export interface Load {
  /** Sends them all and gives how long each took, in milliseconds. An answer that is no success ends it. */
  readonly send: (path: string, bodies: readonly string[]) => Promise<readonly number[]>
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
    close: () => agent.destroy(),
  }
}
