import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDoors } from '../../core/api/door.ts'
import { type Serving, serve } from '../../core/api/serve.ts'
import { begin, command } from '../support/command.ts'
import { type Box, hubInABox, testProfile } from '../support/hub.ts'

/** An import by `npx leitstern import`, as a process of its own, that breaks off on the way. */

const profileYaml = `
identifiers: { userId: { limit: 1 } }
events: { types: { Order Completed: { key: order_id, properties: { order_id: string, revenue: number } } } }
imports:
  orders:
    type: track
    event: Order Completed
    groupBy: Invoice
    userId: "{{ Customer }}"
    products: { sku: Item, quantity: Quantity, price: Price }
`
const orders = 1_100
/** Orders of two lines that stand far apart, so that some order is open wherever the import breaks off; one line has no invoice, one no number. */
const lines = [
  'Invoice,Customer,Item,Quantity,Price',
  ...Array.from({ length: orders }, (_, n) => `I${n},c${n % 70},s1,1,0.1`),
  ',c1,s1,1,1',
  'bad,c1,s1,x,1',
  ...Array.from({ length: orders }, (_, n) => `I${n},c${n % 70},s2,2,0.2`),
]

let folder: string
let config: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leitstern-break-'))
  config = join(folder, 'hub.yaml')
  mkdirSync(join(folder, 'rules'))
  writeFileSync(config, 'hub: { name: Test }\n')
  writeFileSync(join(folder, 'profile.yaml'), profileYaml)
  writeFileSync(join(folder, 'rules', 'rules.yaml'), 'segments: []\n')
  writeFileSync(join(folder, 'orders.csv'), lines.join('\n'))
})
let closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
  closers = []
  rmSync(folder, { recursive: true })
})

interface Hub {
  readonly box: Box
  readonly serving: Serving
  readonly close: () => Promise<void>
}
/** A hub that keeps what it is told in a file. */
const openHub = async (name: string): Promise<Hub> => {
  const profile = { ...testProfile, consents: {} }
  const box = await hubInABox({ path: join(folder, name), profile })
  const silent = { info: () => undefined, error: () => undefined }
  const doors = openDoors(box.flow.operations, { log: silent, now: () => 0 })
  const serving = await serve(doors, { host: '127.0.0.1', port: 0 })
  const close = async () => {
    await serving.close(100)
    await box.close()
  }
  return { box, serving, close }
}

/** Stands between command and hub: counts the batches, and holds back what comes after some of them. */
const gate = async (hub: () => Hub, open: () => number) => {
  const batches: number[] = []
  let held = () => undefined
  const holding = new Promise<void>((resolve) => {
    held = () => void resolve()
  })
  const server: Server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const body = Buffer.concat(parts)
    const isBatch = request.url === '/v1/imports'
    if (isBatch && batches.length >= open()) return held()
    if (isBatch) batches.push(JSON.parse(body.toString('utf8')).batch.length)
    const answer = await fetch(`${hub().serving.url}${request.url}`, {
      method: request.method ?? 'GET',
      headers: { authorization: request.headers.authorization ?? '', 'content-type': 'application/json' },
      body: body.length === 0 ? null : body,
    })
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
    response.end(await answer.text())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(async () => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the gate has no address')
  return { url: `http://127.0.0.1:${address.port}`, batches, holding, breakAll: () => server.closeAllConnections() }
}

const argv = (more: readonly string[] = []) => [
  'import',
  join(folder, 'orders.csv'),
  '--as',
  'orders',
  '--json',
  ...more,
]
const envOf = (url: string) => ({ LEITSTERN_URL: url, LEITSTERN_KEY: 'test-admin', LEITSTERN_CONFIG: config })
const totals = async ({ box }: Hub) => {
  const { items } = await box.flow.operations.listProfiles({ limit: 1_000, cursor: null })
  return {
    messages: await box.store.countMessages(),
    customers: items.map(({ identifiers, computed }) => [identifiers[0]?.value, computed]),
  }
}
const everything = 6
const refusals = [
  { reason: 'Invoice: found nothing; it says which event the row is of', count: 1, lines: [orders + 2] },
  { reason: 'Quantity: found "x", allowed is a number such as 12.50', count: 1, lines: [orders + 3] },
]

describe('an import that breaks off', () => {
  it('after a kill it goes on where it was: the same totals as without a break, and nothing is sent twice', {
    timeout: 60_000,
  }, async () => {
    const whole = await openHub('whole.db')
    closers.push(whole.close)
    const unbroken = await command(argv(), envOf(whole.serving.url))
    expect(JSON.parse(unbroken.out)).toEqual({ accepted: orders, repeated: 0, refused: refusals })

    const hub = await openHub('hub.db')
    closers.push(hub.close)
    let open = 3
    const between = await gate(
      () => hub,
      () => open,
    )
    const first = begin(argv(), envOf(between.url))
    await between.holding
    first.kill()
    expect(await first.ended).toBe(null)
    expect(await hub.box.store.countMessages()).toBe(600)

    open = Number.POSITIVE_INFINITY
    const second = await command(argv(), envOf(between.url))
    expect(second.err).toContain('going on after 600 messages')
    expect([second.code, JSON.parse(second.out)]).toEqual([1, { accepted: orders, repeated: 0, refused: refusals }])
    expect(between.batches).toEqual([200, 200, 200, 200, 200, 100])
    expect(between.batches).toHaveLength(everything)
    expect(await totals(hub)).toEqual(await totals(whole))

    const third = await command(argv(), envOf(between.url))
    expect(JSON.parse(third.out)).toMatchObject({ accepted: orders, repeated: orders })
  })

  it('after the hub went away in the middle of a request it goes on with that request, and with --restart from the beginning', {
    timeout: 60_000,
  }, async () => {
    let hub = await openHub('hub.db')
    let open = 2
    const between = await gate(
      () => hub,
      () => open,
    )
    const first = begin(argv(), envOf(between.url))
    await between.holding
    await hub.close()
    between.breakAll()
    expect(await first.ended).toBe(1)
    expect(first.said.err).toContain('the same command goes on')

    hub = await openHub('hub.db')
    closers.push(() => hub.close())
    open = 4
    const second = begin(argv(), envOf(between.url))
    await between.holding
    await expect.poll(() => between.batches.length, { timeout: 20_000 }).toBe(4)
    second.kill()
    await second.ended

    open = Number.POSITIVE_INFINITY
    const restarted = await command(argv(['--restart']), envOf(between.url))
    expect(restarted.err).not.toContain('going on')
    expect(JSON.parse(restarted.out)).toEqual({ accepted: orders, repeated: 800, refused: refusals })
    expect(between.batches).toHaveLength(4 + everything)
    expect(await hub.box.store.countMessages()).toBe(orders)
  })

  it('a store that was put back to an earlier state is sent what it lacks', { timeout: 60_000 }, async () => {
    const hub = await openHub('hub.db')
    closers.push(hub.close)
    let open = 3
    const between = await gate(
      () => current,
      () => open,
    )
    let current = hub
    const first = begin(argv(), envOf(between.url))
    await between.holding
    first.kill()
    await first.ended
    const empty = await openHub('empty.db')
    closers.push(empty.close)
    current = empty
    open = Number.POSITIVE_INFINITY
    const second = await command(argv(), envOf(between.url))
    expect(JSON.parse(second.out)).toEqual({ accepted: orders, repeated: 0, refused: refusals })
    expect(await empty.box.store.countMessages()).toBe(orders)
  })
})
