import { createServer } from 'node:http'
import express from 'express'
import { z } from 'zod'
import { answering } from './asked.ts'

/** The least that an Express service does: reads a body, checks it, answers it. */
const asked = z.object({
  profile: z.record(z.string(), z.string()),
  placements: z.array(z.string()).optional(),
  context: z.record(z.string(), z.unknown()).optional(),
  locale: z.string().optional(),
})
const app = express()
app.disable('x-powered-by')
app.use(express.json())
app.post('/v1/decide', (request, response) => {
  response.json(asked.parse(request.body))
})
const server = createServer(app)
// As the hub has it: a connection that rests between two rounds stays.
server.keepAliveTimeout = 65_000
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  answering({ url: () => `http://127.0.0.1:${port}` }, async () => {
    server.close()
    server.closeAllConnections()
  })
})
