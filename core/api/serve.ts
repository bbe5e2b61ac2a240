import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type express from 'express'

/**
 * Milliseconds that a client may take: for the headers, for the whole request, between two requests. The last is longer
 * than the minute of most load balancers, which would otherwise send into a connection that is just being closed.
 */
const patience = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 } as const

export interface Serving {
  readonly url: string
  /** Not ready from now on, no new connections; what is under way may end within `graceMs`, then the rest is cut off. */
  readonly close: (graceMs: number) => Promise<void>
}

const listening = async (server: Server, host: string, port: number): Promise<AddressInfo> => {
  const what = `listening on ${host}:${port}`
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${what}: ${found}; set PORT to a free port, or to 0 for any`, { cause })
  }
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error(`${what}: no address`)
  return address
}

/** A kept-alive connection becomes idle only after its answer, later than `server.close` looks. */
const releaseWhenClosing = (server: Server, closing: () => boolean): void => {
  server.on('request', (_, response) =>
    response.once('close', () => {
      if (closing()) setImmediate(() => server.closeIdleConnections())
    }),
  )
}
const stop = (server: Server, graceMs: number): Promise<void> =>
  new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close(() => {
      clearTimeout(cut)
      resolve()
    })
    server.closeIdleConnections()
  })

/** Serves the app; port 0 takes any free one. */
export const serve = async (app: express.Express, { host, port }: { host: string; port: number }): Promise<Serving> => {
  const server = createServer(patience, app)
  releaseWhenClosing(server, () => app.locals.closing === true)
  const address = await listening(server, host, port)
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return {
    url: `http://${name}:${address.port}`,
    close: (graceMs) => {
      app.locals.closing = true
      return stop(server, graceMs)
    },
  }
}
