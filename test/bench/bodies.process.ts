import { Agent, request } from 'node:http'
import { z } from 'zod'
import { answering, spending } from './asked.ts'

/** Sends bodies over bare node:http, each built as JSON, and parses what comes back: the least that a delivery can cost. */
const { BENCH_PORT: port } = z.object({ BENCH_PORT: z.coerce.number() }).parse(process.env)
const bodies = z.array(z.unknown())
const agent = new Agent({ keepAlive: true })

const send = (body: unknown) =>
  new Promise<unknown>((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', method: 'POST', path: '/', agent }, async (response) => {
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk)
      resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')))
    })
    asked.on('error', reject)
    asked.end(JSON.stringify(body))
  })

answering(
  {
    send: (input) => {
      const given = bodies.parse(input)
      return spending(async () => {
        for (const body of given) await send(body)
      })
    },
  },
  async () => agent.destroy(),
)
