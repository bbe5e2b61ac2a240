import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Doors } from './door.ts'

/**
 * Milliseconds that a client may take: for the headers, for the whole request, between two requests. The last is longer
 * than the minute of most load balancers, which would otherwise send into a connection that is just being closed.
 */
const patience = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 }

export interface Where {
  readonly host: string
  /** 0 takes any free one. */
  readonly port: number
  readonly patience?: Readonly<Partial<typeof patience>> & { readonly connectionsCheckingInterval?: number }
}
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

/** A kept-alive connection becomes idle only after its answer, later than `server.close` looks: so it is looked at again. */
const idleLookMs = 20
const stop = (server: Server, graceMs: number): Promise<void> =>
  new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs)
    const looking = setInterval(() => server.closeIdleConnections(), idleLookMs)
    server.close(() => {
      clearTimeout(cut)
      clearInterval(looking)
      resolve()
    })
    server.closeIdleConnections()
  })

/** Serves the front door. */
export const serve = async (doors: Pick<Doors, 'front' | 'close'>, where: Where): Promise<Serving> => {
  const server = createServer({ ...patience, ...where.patience }, doors.front)
  const address = await listening(server, where.host, where.port)
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return {
    url: `http://${name}:${address.port}`,
    close: (graceMs) => {
      doors.close()
      return stop(server, graceMs)
    },
  }
}
