import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { servedHub } from '../support/served.ts'

/** A promise and the function that keeps it. */
const promised = <T>() => {
  let keep: (value: T) => void = () => undefined
  const promise = new Promise<T>((resolve) => {
    keep = resolve
  })
  return { promise, keep }
}

describe('serving', () => {
  it('names the address that it listens on', async () => {
    const hub = await servedHub()
    expect(hub.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    await hub.stop()
  })

  it('a taken port is an error', async () => {
    const hub = await servedHub()
    const { createServer } = await import('node:http')
    const taken = createServer()
    const error = promised<NodeJS.ErrnoException>()
    taken.once('error', error.keep)
    taken.listen(Number(new URL(hub.url).port), '127.0.0.1')
    expect((await error.promise).code).toBe('EADDRINUSE')
    await hub.stop()
  })
})

describe('stopping', () => {
  it('finishes what is under way, and takes nothing new', async () => {
    const [begun, released] = [promised<void>(), promised<void>()]
    const hub = await servedHub({
      metrics: async () => {
        begun.keep()
        await released.promise
        return 'leitstern_up 1'
      },
    })
    const slow = hub.ask('/metrics')
    await begun.promise
    const closed = hub.close(60_000)
    await expect(hub.ask('/healthz')).rejects.toThrow()
    released.keep()
    expect(await slow).toMatchObject({ status: 200, text: 'leitstern_up 1' })
    await closed
  })

  it('is not ready from the first moment on, for a request that was half sent then', async () => {
    const hub = await servedHub()
    const { hostname, port } = new URL(hub.url)
    const socket = connect(Number(port), hostname)
    const [first, all] = [promised<void>(), promised<string>()]
    let text = ''
    socket.on('data', (data) => {
      text += data.toString()
      first.keep()
    })
    socket.on('close', () => all.keep(text))
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /readyz HTTP/1.1\r\nHost: x\r\n')
    await first.promise
    const closed = hub.close(60_000)
    socket.write('\r\n')
    expect(await all.promise).toContain('HTTP/1.1 503 Service Unavailable')
    expect(text).toContain('"waitingFor":["closing"]')
    await closed
  })

  it('cuts off what does not end within the grace', async () => {
    const begun = promised<void>()
    const hub = await servedHub({
      metrics: () => {
        begun.keep()
        return new Promise(() => undefined)
      },
    })
    const endless = hub.ask('/metrics').catch((error: unknown) => error)
    await begun.promise
    await hub.close(10)
    expect(await endless).toBeInstanceOf(TypeError)
  })
})
