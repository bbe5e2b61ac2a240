import assert from 'node:assert/strict'
import { z } from 'zod'
import { ConnectorError } from '../../core/contract/errors.ts'
import type { Page, SourceRecord } from '../../core/contract/record.ts'
import { type Check, can, required } from './check.ts'
import { spelled } from './preparation.ts'
import { atWorkbench, person, type Workbench } from './workbench.ts'

/** More than a page of most tools. */
const crowd = 230
const minuteMs = 60_000
const emails = Array.from({ length: crowd }, (_, index) => `person-${String(index).padStart(3, '0')}@example.test`)

/** Contacts that came one minute after another. */
const seedCrowd = ({ sandbox, clock }: Workbench) => {
  for (const email of emails) {
    clock.now += minuteMs
    sandbox.seed([person(email)])
  }
  clock.now += minuteMs
}
const drain = async ({ connector, context }: Workbench, cursor: string | null): Promise<readonly Page[]> => {
  const pages: Page[] = []
  for await (const page of required(connector.pull)(context('read'), cursor)) pages.push(page)
  return pages
}
const recordsOf = (pages: readonly Page[]) => pages.flatMap(({ records }) => records)
const idsOf = (pages: readonly Page[]) => recordsOf(pages).map(({ id }) => id)
const emailsOf = (record: SourceRecord) =>
  record.identifiers.filter(({ type }) => type === 'email').map(({ value }) => value.toLowerCase())
const contactIds = (pages: readonly Page[], email: string) =>
  recordsOf(pages)
    .filter((record) => record.kind === 'contact' && emailsOf(record).includes(email))
    .map(({ id }) => id)

export const pullChecks: readonly Check[] = [
  {
    name: 'pull: every contact once, oldest first, with its address and its time',
    applies: can('pull'),
    run: (subject) =>
      atWorkbench(subject, async (bench) => {
        seedCrowd(bench)
        const pages = await drain(bench, null)
        const ids = idsOf(pages)
        assert.equal(new Set(ids).size, ids.length, 'an id comes twice')
        for (const email of emails) assert.equal(contactIds(pages, email).length, 1, `records of ${email}`)
        const times = recordsOf(pages).flatMap(({ kind, at }) => (kind === 'contact' ? [Date.parse(at)] : []))
        assert.ok(!times.some(Number.isNaN), 'a record without a time')
        assert.deepEqual(
          times,
          [...times].sort((a, b) => a - b),
          'oldest first',
        )
      }),
  },
  {
    name: 'pull: resumes after each page, and gives nothing another id',
    applies: can('pull'),
    run: (subject) =>
      atWorkbench(subject, async (bench) => {
        seedCrowd(bench)
        const pages = await drain(bench, null)
        const all = new Set(idsOf(pages))
        for (const [index, { cursor }] of pages.entries()) {
          const resumed = new Set(idsOf(await drain(bench, cursor)))
          const later = pages.slice(index + 1)
          for (const id of idsOf(later)) assert.ok(resumed.has(id), `resuming after page ${index} misses ${id}`)
          for (const id of resumed) assert.ok(all.has(id), `resuming after page ${index} gives ${id} a new id`)
          const [oldest = ''] = idsOf(pages)
          if (later.length > 0)
            assert.ok(!resumed.has(oldest), `resuming after page ${index} begins again from the top`)
        }
      }),
  },
  {
    name: 'pull: a tool without contacts ends at once',
    applies: can('pull'),
    run: (subject) => atWorkbench(subject, async (bench) => assert.deepEqual(idsOf(await drain(bench, null)), [])),
  },
  {
    name: 'pull: a tool that fails is not taken for the end',
    applies: can('pull'),
    run: (subject) =>
      atWorkbench(subject, async (bench) => {
        bench.sandbox.seed([person('ada@example.test')])
        bench.breakBy(() => ({ status: 500, json: { message: 'internal' } }))
        await assert.rejects(() => drain(bench, null), ConnectorError)
      }),
  },
  {
    name: 'pull: a contact that changed comes again, with another id and its new values',
    applies: can('pull'),
    run: (subject) =>
      atWorkbench(subject, async (bench) => {
        const name = spelled(bench.subject, 'ls_text')
        const [email] = ['ada@example.test']
        bench.sandbox.seed([person('bob@example.test', { [name]: 'x' }), person(email, { [name]: 'before' })])
        bench.clock.now += minuteMs
        const first = await drain(bench, null)
        const [before] = contactIds(first, email)
        bench.clock.now += minuteMs
        bench.sandbox.seed([person(email, { [name]: 'after' })])
        bench.clock.now += minuteMs

        const news = await drain(bench, first.at(-1)?.cursor ?? null)
        const changed = recordsOf(news).find((record) => emailsOf(record).includes(email) && record.id !== before)
        assert.ok(changed, 'the change did not come, or not with an id of its own')
        if (changed.kind === 'contact') assert.equal(changed.fields[name], 'after')
      }),
  },
  {
    name: 'pull: an order comes once, as the event that it is, with what was bought',
    applies: (subject) => can('pull')(subject) && subject.sandbox({ now: () => 0 }).order !== undefined,
    run: (subject) =>
      atWorkbench(subject, async (bench) => {
        bench.sandbox.seed([person('ada@example.test')])
        bench.clock.now += minuteMs
        const lines = [{ sku: 'HP-1', name: 'Headphones', category: 'Audio', price: 129.9, quantity: 2 }]
        const at = new Date(bench.clock.now).toISOString()
        required(bench.sandbox.order)({ email: 'ada@example.test', code: 'ORDER-1', at, lines })
        bench.clock.now += minuteMs
        const events = recordsOf(await drain(bench, null)).filter((record) => record.kind === 'event')
        const orders = events.filter(({ event }) => event === 'Order Completed')
        assert.equal(orders.length, 1)
        const [order] = orders
        assert.ok(order && emailsOf(order).includes('ada@example.test'), 'whose order it is')
        assert.equal(order.properties.order_id, 'ORDER-1')
        const bought = z.array(z.looseObject({ sku: z.string(), price: z.number(), quantity: z.number() }))
        const [product] = bought.parse(order.properties.products)
        assert.deepEqual([product?.sku, product?.price, product?.quantity], ['HP-1', 129.9, 2])
      }),
  },
  {
    name: 'pull: stops when it is told to',
    applies: can('pull'),
    run: (subject) =>
      atWorkbench(subject, async (bench) => {
        seedCrowd(bench)
        const stop = new AbortController()
        const pages = required(bench.connector.pull)(bench.context('read', { signal: stop.signal }), null)
        const next = () =>
          pages.next().then(
            ({ done }) => done === true,
            () => true,
          )
        assert.equal(await next(), false, 'there must be a first page')
        stop.abort()
        const asked = bench.requests.length
        assert.equal(await next(), true, 'it goes on after it was told to stop')
        assert.equal(bench.requests.length, asked, 'it asks the tool after it was told to stop')
      }),
  },
]
