import { once } from 'node:events'
import { createServer } from 'node:http'

export interface WebSite {
  readonly origin: string
  readonly close: () => void
}

/** A site on an origin of its own: path -> the page there; any other path answers 404. */
export const webSite = async (page: (path: string) => string | undefined): Promise<WebSite> => {
  const server = createServer(({ url = '/' }, response) => {
    const html = page(url)
    response.writeHead(html === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' }).end(html)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('opening a web site: it has no address')
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
