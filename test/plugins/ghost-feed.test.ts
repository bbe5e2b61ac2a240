import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { SourceRecord } from '../../core/contract/record.ts'
import { erase } from '../conformance/delivery.ts'
import { person, type Workbench } from '../conformance/workbench.ts'
import { at, pullFrom } from './subject.ts'

const ada = 'ada@example.test'
const atGhost = at('ghost')
const member = z.looseObject({ id: z.string() })

describe('the activity feed', () => {
  const held = z.looseObject({ members: z.array(member), activities: z.array(z.unknown()) })
  const timeOf = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}.000Z`
  /** Enters activities of the first member. */
  const enter = ({ sandbox }: Workbench, ...activities: readonly object[]) => {
    const before = held.parse(sandbox.state())
    const all = activities.map((one) => ({ ...one, member_id: before.members[0]?.id }))
    sandbox.restore({ ...before, activities: [...before.activities, ...all] })
  }
  const opened = (id: string, at: number) => {
    return { id, type: 'email_opened_event', created_at: timeOf(at), email: { post_id: 'p1', subject: 'News' } }
  }
  const eventsIn = (records: readonly SourceRecord[]) =>
    records.flatMap((record) => (record.kind === 'event' ? [record] : []))

  it(
    'gives opened mails and followed links once each, oldest first, although it shows the newest first',
    atGhost(async (bench) => {
      bench.sandbox.seed([person(ada)])
      const click = { ...opened('e0000', bench.clock.now), type: 'click_event', link: { to: 'https://shop.example/' } }
      // Three in each second, so that pages end within one.
      const ids = Array.from({ length: 249 }, (_, index) => `e${String(index + 1).padStart(4, '0')}`)
      const opens = ids.map((id, index) => opened(id, bench.clock.now + Math.floor((index + 1) / 3) * 1000))
      enter(bench, click, ...opens)
      bench.clock.now += 600_000
      const { records, cursor } = await pullFrom(bench, null)
      const events = eventsIn(records)
      expect(events.map(({ id }) => id.split(':')[1])).toEqual(['e0000', ...ids])
      expect(events[0]).toMatchObject({
        event: 'Email Link Clicked',
        identifiers: [{ type: 'email', value: ada }],
        properties: { campaign_id: 'p1', campaign_name: 'News', link_url: 'https://shop.example/' },
      })
      expect((await pullFrom(bench, cursor)).records).toEqual([])
    }),
  )

  it(
    'gives a mail that was opened before others, and entered only after they were pulled',
    atGhost(async (bench) => {
      bench.sandbox.seed([person(ada)])
      enter(bench, opened('e1', bench.clock.now))
      bench.clock.now += 3_600_000
      const first = await pullFrom(bench, null)
      enter(bench, opened('e0', bench.clock.now - 5_400_000))
      const next = await pullFrom(bench, first.cursor)
      expect(eventsIn(next.records)).toMatchObject([{ id: 'email_opened_event:e0', event: 'Email Opened' }])
    }),
  )

  it(
    'names nobody in what it keeps of a member who was deleted, and goes on',
    atGhost(async (bench) => {
      bench.sandbox.seed([person(ada), person('bob@example.test')])
      enter(bench, opened('e1', bench.clock.now))
      await erase(bench, [ada])
      bench.clock.now += 60_000
      const { records } = await pullFrom(bench, null)
      expect(eventsIn(records)).toEqual([])
      expect(records).toMatchObject([{ identifiers: [{ value: 'bob@example.test' }] }])
    }),
  )

  const amounts = [
    [1250, 'eur', 12.5],
    [500, 'jpy', 500],
    [500, 'isk', 5],
    [1250, 'kwd', 1.25],
  ] as const
  for (const [amount, currency, revenue] of amounts)
    it(
      `gives a payment of ${amount} of the smallest unit of ${currency} as an order of ${revenue}`,
      atGhost(async (bench) => {
        bench.sandbox.seed([person(ada)])
        enter(bench, { id: 'p1', type: 'payment_event', created_at: timeOf(bench.clock.now), amount, currency })
        expect(eventsIn((await pullFrom(bench, null)).records)).toMatchObject([
          { event: 'Order Completed', properties: { order_id: 'p1', revenue, currency: currency.toUpperCase() } },
        ])
      }),
    )
})
