import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import Big from 'big.js'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openImport } from '../../core/flow/import-file.ts'
import type { DeclaredTypes, ImportLine } from '../../core/flow/import-line.ts'
import { readRows } from '../../core/flow/import-rows.ts'
import { importTime } from '../../core/flow/import-time.ts'
import { profileSettings } from '../../core/profile/settings.ts'
import { needsShared, shared } from './profile/shared.ts'

const folder = mkdtempSync(join(tmpdir(), 'leitstern-import-'))
afterAll(() => rmSync(folder, { recursive: true }))
const fileOf = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}
const all = async <T>(generator: AsyncIterable<T>): Promise<readonly T[]> => {
  const items: T[] = []
  for await (const item of generator) items.push(item)
  return items
}

const settingsOf = (stated: object) => {
  const { imports } = profileSettings.parse({ identifiers: {}, imports: { it: stated } })
  if (imports.it === undefined) throw new Error('reading the import of a test: there is none')
  return imports.it
}
const orders = {
  type: 'track',
  event: 'Order Completed',
  groupBy: 'InvoiceNo',
  userId: '{{ CustomerID | split: "." | first }}',
  timestamp: { column: 'InvoiceDate', zone: 'Europe/London' },
  products: { sku: 'StockCode', quantity: 'Quantity', price: 'UnitPrice' },
}
const header = 'InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n'
const read = async (content: string, settings: object = orders, types: DeclaredTypes = {}, name = 'orders.csv') =>
  all((await openImport({ path: fileOf(name, content), settings: settingsOf(settings), types })).messages())
const messages = (lines: readonly ImportLine[]) => lines.flatMap((one) => ('message' in one ? [one.message] : []))

describe('rows of a file', () => {
  const rows: readonly (readonly [string, string, string | Uint8Array, readonly object[]])[] = [
    [
      'CSV',
      'a.csv',
      'a,b\n1,2\n3,4\n',
      [
        { line: 2, row: { a: '1', b: '2' } },
        { line: 3, row: { a: '3', b: '4' } },
      ],
    ],
    ['a byte order mark', 'b.csv', '\uFEFFa\n1\n', [{ line: 2, row: { a: '1' } }]],
    ['carriage returns', 'c.csv', 'a\r\n1\r\n', [{ line: 2, row: { a: '1' } }]],
    [
      'a quoted line break, by the line at which the row ends',
      'd.csv',
      'a\n"x\ny"\n',
      [{ line: 3, row: { a: 'x\ny' } }],
    ],
    [
      'quotes in a text, as they stand',
      'l.csv',
      'a\nx"y\n"x"y\n',
      [
        { line: 2, row: { a: 'x"y' } },
        { line: 3, row: { a: '"x"y' } },
      ],
    ],
    ['empty lines', 'e.csv', 'a\n\n1\n\n', [{ line: 3, row: { a: '1' } }]],
    ['nothing but a header', 'f.csv', 'a,b\n', []],
    ['nothing', 'g.csv', '', []],
    [
      'NDJSON',
      'h.ndjson',
      '{"a":1}\n\n{"a":2}',
      [
        { line: 1, row: { a: 1 } },
        { line: 3, row: { a: 2 } },
      ],
    ],
    ['Brotli', 'i.csv.br', brotliCompressSync('a\n1\n'), [{ line: 2, row: { a: '1' } }]],
    ['gzip', 'j.jsonl.gz', gzipSync('{"a":1}'), [{ line: 1, row: { a: 1 } }]],
  ]
  it.each(rows)('%s', async (_, name, content, expected) => {
    expect(await all(readRows(fileOf(name, content)))).toEqual(expected)
  })

  const broken: readonly (readonly [string, string, string, readonly number[], number])[] = [
    ['a cell too many', 'k.csv', 'a,b\n1,2,3\n4,5\n', [2], 1],
    ['a quote that never ends', 'm.csv', 'a,b\n1,2\n3,"4\n5,6\n', [4], 1],
    ['no JSON', 'n.ndjson', '{"a":1}\n{"a":\n{"a":3}\n', [2], 2],
    ['a list in NDJSON', 'o.ndjson', '[1]\n{"a":1}\n', [1], 1],
  ]
  it.each(broken)('%s is refused with its line, and the rest goes on', async (_, name, content, lines, good) => {
    const read = await all(readRows(fileOf(name, content)))
    expect(read.flatMap((one) => ('refused' in one ? [one.line] : []))).toEqual(lines)
    expect(read.filter((one) => 'row' in one)).toHaveLength(good)
  })

  it('an ending that says nothing is an error that lists the allowed ones', () => {
    expect(() => readRows('orders.xlsx')).toThrow(/found the ending "\.xlsx", allowed \.csv, \.ndjson, \.jsonl/)
  })

  it.each(['missing.csv', 'missing.ndjson.gz'])('a file that is not there is an error: %s', async (name) => {
    await expect(all(readRows(join(folder, name)))).rejects.toThrow(/ENOENT/)
  })

  it('a file that is not packed as it says is an error', async () => {
    await expect(all(readRows(fileOf('p.csv.gz', 'a\n1\n')))).rejects.toThrow(/incorrect header/)
  })
})

describe('times', () => {
  const times: readonly (readonly [string, string, string | null])[] = [
    ['2026-11-21T12:00:00Z', 'Europe/Berlin', '2026-11-21T12:00:00.000Z'],
    ['2026-11-21T12:00:00+02:00', 'Europe/Berlin', '2026-11-21T10:00:00.000Z'],
    ['2026-11-21T12:00:00', 'Europe/Berlin', '2026-11-21T11:00:00.000Z'],
    ['2010-12-01 08:26:00', 'Europe/London', '2010-12-01T08:26:00.000Z'],
    ['2011-07-01 08:26:00', 'Europe/London', '2011-07-01T07:26:00.000Z'],
    ['12/1/2010 8:26', 'Europe/London', '2010-12-01T08:26:00.000Z'],
    ['21.11.2026', 'UTC', '2026-11-21T00:00:00.000Z'],
    ['1.2.2026 7:05', 'UTC', '2026-02-01T07:05:00.000Z'],
    ['2026-11-21', 'America/New_York', '2026-11-21T05:00:00.000Z'],
    ['2026-03-29 02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
    ['2026-10-25 02:30', 'Europe/Berlin', '2026-10-25T01:30:00.000Z'],
    ['30.02.2026', 'UTC', null],
    ['13/13/2026', 'UTC', null],
    ['2026-11-21 25:00', 'UTC', null],
    ['yesterday', 'UTC', null],
    ['', 'UTC', null],
  ]
  it.each(times)('%j in %s is %j', (text, zone, instant) => {
    expect(importTime(text, zone)).toBe(instant)
  })
})

describe('orders by their lines', () => {
  it('the rows of one invoice are one message, with products and the exact revenue', async () => {
    const content = `${header}A1,s1,3,2010-12-01 08:26:00,0.1,17850.0\nA1,s2,1,2010-12-01 08:26:00,0.2,17850.0\n`
    const [first] = await read(content)
    expect(first).toEqual({
      line: 2,
      message: {
        messageId: expect.stringMatching(/^[0-9a-f]{16}:A1$/),
        timestamp: '2010-12-01T08:26:00.000Z',
        type: 'track',
        event: 'Order Completed',
        userId: '17850',
        properties: {
          order_id: 'A1',
          products: [
            { sku: 's1', quantity: 3, price: 0.1 },
            { sku: 's2', quantity: 1, price: 0.2 },
          ],
          revenue: 0.5,
        },
      },
    })
  })

  it('rows that are scattered through the file come together, and equal rows all count', async () => {
    const row = (invoice: string) => `${invoice},s1,1,2010-12-01 08:26:00,2.5,1\n`
    const lines = await read(header + ['A', 'B', 'A', 'A', 'C', 'B'].map(row).join(''))
    const sums = messages(lines).map(({ properties }) => [Object(properties).order_id, Object(properties).revenue])
    expect(sums).toEqual([
      ['A', 7.5],
      ['C', 2.5],
      ['B', 5],
    ])
  })

  it('a row without a customer becomes a message that names nobody', async () => {
    const [message] = messages(await read(`${header}A1,s1,1,2010-12-01 08:26:00,1,\n`))
    expect(message).not.toHaveProperty('userId')
  })

  const refusals: readonly (readonly [string, string, number, RegExp])[] = [
    ['a quantity that is no number', 'A1,s1,many,2010-12-01 08:26:00,1,1', 2, /Quantity: found "many"/],
    ['no price', 'A1,s1,1,2010-12-01 08:26:00,,1', 2, /UnitPrice: found ""/],
    ['a time of no format', 'A1,s1,1,last week,1,1', 2, /InvoiceDate: found "last week", allowed ISO 8601/],
    ['no invoice', ',s1,1,2010-12-01 08:26:00,1,1', 2, /InvoiceNo: found nothing/],
  ]
  it.each(refusals)('%s refuses the line, and the next order is taken', async (_, row, line, reason) => {
    const lines = await read(`${header}${row}\nA2,s1,1,2010-12-01 08:26:00,1,1\n`)
    expect(lines).toHaveLength(2)
    expect(lines[0]).toEqual({ line, refused: expect.stringMatching(reason) })
    expect(messages(lines)).toHaveLength(1)
  })

  it('an order with one bad line is refused as a whole: half an order would be a wrong revenue', async () => {
    const day = '2010-12-01 08:26:00'
    const lines = await read(`${header}A1,s1,1,${day},1,1\nA1,s2,x,${day},1,1\nA1,s3,1,${day},1,1\n`)
    expect(lines).toEqual([{ line: 3, refused: expect.stringContaining('Quantity') }])
  })
})

describe('message ids', () => {
  const content = `${header}A1,s1,1,2010-12-01 08:26:00,1,1\nA1,s1,1,2010-12-01 08:26:00,1,1\n`
  const ids = async (text: string, settings: object = orders, name = 'ids.csv') =>
    messages(await read(text, settings, {}, name)).map(({ messageId }) => messageId)

  it('are the same whenever the same file is imported, under whatever name', async () => {
    expect(await ids(content)).toEqual(await ids(content, orders, 'again.csv'))
  })

  it('differ between files', async () => {
    expect(await ids(content)).not.toEqual(await ids(`${content}\n`))
  })

  it('differ between equal lines of a file without groups', async () => {
    const { groupBy: _, ...ungrouped } = orders
    const [first, second] = await ids(content, ungrouped)
    expect([first, second]).toEqual([expect.stringMatching(/:2$/), expect.stringMatching(/:3$/)])
  })
})

describe('templates and types', () => {
  const customers = {
    type: 'identify',
    userId: '{{ ID }}',
    email: '{{ Mail | downcase }}',
    traits: { firstName: '{{ row["First name"] }}', age: '{{ Age }}', vip: '{{ VIP }}' },
  }
  const csv = 'ID,Mail,First name,Age,VIP\n7,ADA@EXAMPLE.TEST,Ada,36,true\n8,,,,\n'
  const types = { age: 'number', vip: 'boolean' }

  it('an identify has its traits as profile.yaml declares them, and empty cells say nothing', async () => {
    expect(messages(await read(csv, customers, types))).toEqual([
      {
        messageId: expect.any(String),
        type: 'identify',
        userId: '7',
        traits: { email: 'ada@example.test', firstName: 'Ada', age: 36, vip: true },
      },
      { messageId: expect.any(String), type: 'identify', userId: '8', traits: {} },
    ])
  })

  it('what is not of its declared type refuses the line', async () => {
    const lines = await read('ID,Mail,First name,Age,VIP\n7,,,old,\n8,,,,maybe\n', customers, types)
    expect(lines.map((one) => ('refused' in one ? one.refused : one))).toEqual([
      'age: found "old", allowed is a number such as 12.50',
      'vip: found "maybe", allowed are true and false',
    ])
  })

  it('the e-mail address of an event stands in its context', async () => {
    const visits = { type: 'track', event: 'Visit', email: '{{ mail }}', properties: { page: '{{ page }}' } }
    const [message] = messages(await read('{"mail":"ada@example.test","page":"/"}', visits, {}, 'visits.ndjson'))
    expect(message).toMatchObject({ context: { traits: { email: 'ada@example.test' } }, properties: { page: '/' } })
    expect(message).not.toHaveProperty('email')
  })

  it('a column that no row has is an error that lists the columns', async () => {
    const reading = read('ID,Mail\n7,x\n', customers)
    await expect(reading).rejects.toThrow(/no row has Age, VIP; there are ID, Mail/)
  })

  const traps: readonly (readonly [string, string])[] = [
    ['a loop', '{% for i in (1..1000000000) %}x{% endfor %}'],
    ['an include', '{% include "/etc/passwd" %}'],
    ['an unknown filter', '{{ ID | shell }}'],
  ]
  it.each(traps)('%s is refused before anything is read', async (_, userId) => {
    await expect(read(csv, { ...customers, userId })).rejects.toThrow()
  })

  it('no column reaches a prototype', async () => {
    const settings = { ...customers, userId: '{{ constructor.name }}{{ ID }}', traits: {} }
    const content = '{"constructor":1,"ID":7,"Mail":""}\n{"ID":8,"Mail":"","__proto__":{"x":1}}'
    const ids = messages(await read(content, settings, {}, 'proto.ndjson')).map(({ userId }) => userId)
    expect(ids).toEqual(['7', '8'])
  })
})

describe('revenue', () => {
  const cents = fc.integer({ min: -100_000, max: 100_000 })
  const line = fc.record({ quantity: fc.integer({ min: -50, max: 50 }), cents })
  it('is the exact decimal sum, in whatever order the lines stand', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 20 }), async (lines) => {
        const rows = lines.map(({ quantity, cents: c }) => `A,s,${quantity},2026-01-01,${new Big(c).div(100)},1`)
        const [message] = messages(await read(header + rows.join('\n')))
        const exact = lines.reduce((sum, { quantity, cents: c }) => sum + quantity * c, 0)
        expect(Object(message?.properties).revenue).toBe(new Big(exact).div(100).toNumber())
      }),
      { numRuns: 25 },
    )
  })
})

const orderMessage = z.object({
  userId: z.string().optional(),
  properties: z.object({ revenue: z.number(), products: z.array(z.unknown()) }),
})
describe.skipIf(shared === undefined)(`a real shop${needsShared}`, () => {
  it('541,909 lines are 25,900 orders of 4,372 customers, to the last digit', { timeout: 120_000 }, async () => {
    const path = join(shared ?? '', 'data/online_retail/online_retail.csv.br')
    const customers = new Set<string>()
    let [found, lines, total] = [0, 0, new Big(0)]
    const { messages } = await openImport({ path, settings: settingsOf(orders) })
    for await (const one of messages()) {
      const { userId, properties } = orderMessage.parse('message' in one ? one.message : one)
      found += 1
      lines += properties.products.length
      total = total.plus(properties.revenue)
      if (userId !== undefined) customers.add(userId)
    }
    expect([found, lines, customers.size, total.toString()]).toEqual([25_900, 541_909, 4_372, '9747747.934'])
  })
})
