import { createServer } from 'node:http'
import type { RawRequest } from '../../core/contract/webhook.ts'

/** An address on this machine that keeps what is sent to it, for webhooks of a real tool. Any free port unless stated. */
export const openLetterbox = async (at = 0) => {
  const letters: RawRequest[] = []
  const waiting: { readonly fits: (letter: RawRequest) => boolean; readonly give: (letter: RawRequest) => void }[] = []
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]))
    const { method = '', url = '' } = incoming
    const letter: RawRequest = { method, url, headers, body: Buffer.concat(chunks) }
    letters.push(letter)
    for (const { fits, give } of waiting) if (fits(letter)) give(letter)
    response.writeHead(200).end()
  })
  await new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    url: `http://127.0.0.1:${port}/hook`,
    /** The first letter that fits, there already or still to come. */
    letter: (fits: (letter: RawRequest) => boolean) =>
      new Promise<RawRequest>((resolve) => {
        const there = letters.find(fits)
        if (there) resolve(there)
        else waiting.push({ fits, give: resolve })
      }),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}
