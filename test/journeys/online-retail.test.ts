import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import Big from 'big.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { profileShape } from '../../core/api/profile-shape.ts'
import { needsShared, shared } from '../core/profile/shared.ts'
import { openRetailHub, type RetailHub } from '../support/retail-hub.ts'
import { type Lines, openLines } from '../support/retail-lines.ts'

/**
 * Online Retail (UCI ML Repository, Daqing Chen 2015, CC BY 4.0): a year of a British shop's invoices, line by line,
 * from the file to four tools. What the hub should come to is said by SQL over the same lines.
 */
const folder = mkdtempSync(join(tmpdir(), 'leitstern-retail-'))
const packed = join(shared ?? '', 'data/online_retail/online_retail.csv.br')
const unpacked = join(folder, 'online_retail.csv')

const emailOf = (customer: string): string => `c${customer.split('.')[0]}@retail.example`

let lines: Lines
let hub: RetailHub
beforeAll(async () => {
  if (shared === undefined) return
  const csv = brotliDecompressSync(readFileSync(packed))
  writeFileSync(unpacked, csv)
  lines = openLines(csv.toString())
  const emails = lines.customers('true').map(emailOf)
  hub = await openRetailHub(folder, emails)
}, 60_000)
afterAll(async () => {
  if (shared !== undefined) {
    await hub.close()
    lines.close()
  }
  rmSync(folder, { recursive: true })
})

const body = z.object({
  userId: z.string().optional(),
  properties: z.object({ order_id: z.string(), revenue: z.number(), products: z.array(z.unknown()) }),
})
/** All that the log holds, in its order. */
const stored = async () => {
  const messages = []
  for (let seq = 0; ; ) {
    const page = await hub.store.messagesAfter(seq, 1_000)
    const last = page.at(-1)
    if (last === undefined) return messages
    messages.push(...page)
    seq = last.seq
  }
}
const profiles = () =>
  hub.everyPage(
    '/v1/profiles',
    z
      .object({ profiles: z.array(profileShape), next: z.string().nullable() })
      .transform(({ profiles: items, next }) => ({ items, next })),
  )
const sum = (numbers: readonly number[]): string =>
  numbers.reduce((total, number) => total.plus(number), new Big(0)).toString()

describe.skipIf(shared === undefined)(`Online Retail${needsShared}`, () => {
  it('every invoice of the file is taken', { timeout: 180_000 }, async () => {
    expect(await hub.leitstern('import', packed, '--as', 'shop-orders')).toEqual({
      code: 0,
      out: '25900 accepted, 0 refused',
    })
  })

  it('sums', { timeout: 60_000 }, async () => {
    const bodies = (await stored()).map((message) => body.parse(JSON.parse(message.body)))
    expect(bodies).toHaveLength(25_900)
    expect(sum(bodies.map(({ properties }) => properties.revenue))).toBe('9747747.934')
    console.time('profiles')
    const p = await profiles()
    console.timeEnd('profiles')
    expect(p).toHaveLength(4372)
    expect(sum(p.map((one) => Number(one.computed.revenue)))).toBe('8300065.814')
  })
})
