import { createServer } from 'node:http'
import type { RawRequest } from '../../core/contract/webhook.ts'

/** Takes webhooks at a port of this machine, and gives out the first one that holds a text. */
export const hooksAt = async (port: number) => {
  const got: RawRequest[] = []
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as const)
    const { method = 'POST', url = '/' } = incoming
    got.push({ method, url, headers: Object.fromEntries(headers), body: Buffer.concat(chunks) })
    response.end()
    waiting.splice(0).forEach((wake) => {
      wake()
    })
  })
  const waiting: (() => void)[] = []
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const find = async (text: string): Promise<RawRequest> => {
    const found = got.find(({ body }) => Buffer.from(body).includes(text))
    if (found) return found
    await new Promise<void>((resolve) => waiting.push(resolve))
    return find(text)
  }
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
  return { find, close }
}
