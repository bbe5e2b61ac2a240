import { describe, expect, it } from 'vitest'
import { followAll, keyset } from '../../core/contract/streams.ts'
import type { Timed } from '../../core/contract/trail.ts'

const day = 86_400_000
const rowAt = (at: number, id: string, revision = 'a'): Timed => ({
  at,
  record: {
    kind: 'contact',
    id: `${id}:${revision}`,
    at: new Date(at).toISOString(),
    identifiers: [{ type: 'email', value: `${id}@example.test` }],
    remoteId: id,
    fields: {},
  },
})
/** A tool that sorts its rows by time and id, two to a page, and what it was asked. */
const toolOf = (...rows: readonly Timed[]) => {
  const asked: (readonly [number, string])[] = []
  const place = ({ at, record }: Timed) => `${String(at).padStart(15, '0')} ${record.remoteId}`
  const rowsAfter = async (at: number, id: string) => {
    asked.push([at, id])
    const from = `${String(at).padStart(15, '0')} ${id}`
    return rows
      .filter((row) => place(row) > from)
      .sort((a, b) => (place(a) < place(b) ? -1 : 1))
      .slice(0, 2)
  }
  return { asked, pager: keyset(rowsAfter, 2) }
}
const clock = { now: () => 100 * day, unsettledMs: 5_000 }
const drain = async (...[cursor, ...rest]: Parameters<typeof followAll>) => {
  const ids: string[] = []
  let reached = cursor
  for await (const page of followAll(cursor, ...rest)) {
    ids.push(...page.records.map(({ id }) => id))
    reached = page.cursor
  }
  return { ids, cursor: reached }
}

describe('a stream that is followed by keys', () => {
  it('is read to its end, more rows of one instant than a page too, each once', async () => {
    const { asked, pager } = toolOf(rowAt(1, 'c'), rowAt(1, 'a'), rowAt(1, 'b'), rowAt(2, 'a2'), rowAt(3, 'a3'))
    expect((await drain(null, { rows: pager }, clock)).ids).toEqual(['a:a', 'b:a', 'c:a', 'a2:a', 'a3:a'])
    expect(asked).toEqual([
      [0, ''],
      [1, 'b'],
      [2, 'a2'],
    ])
  })

  it('gives again what changed within the instant that it was read to, and nothing else', async () => {
    const [recent, old] = [clock.now() - 1_000, 50 * day]
    const first = await drain(null, { rows: toolOf(rowAt(old, 'a'), rowAt(recent, 'b')).pager }, clock)
    const later = toolOf(rowAt(old, 'a', 'never asked for'), rowAt(recent, 'b', 'again'), rowAt(recent, 'c'))
    const next = await drain(first.cursor, { rows: later.pager }, clock)
    expect(next.ids).toEqual(['b:again', 'c:a'])
    expect((await drain(next.cursor, { rows: later.pager }, clock)).ids).toEqual([])
  })
})

describe('a stream that begins later than at the beginning', () => {
  const pages =
    (...rows: readonly Timed[]) =>
    async (since: number) => ({ rows: rows.filter(({ at }) => at >= since), next: null })
  it('gives nothing from before, and keeps its place while another stream goes on', async () => {
    const streams = { first: toolOf(rowAt(1, 'a')).pager, second: pages(rowAt(9 * day, 'old')) }
    const first = await drain(null, streams, clock, { second: 10 * day })
    expect(first.ids).toEqual(['a:a'])
    const more = { ...streams, second: pages(rowAt(9 * day, 'old'), rowAt(11 * day, 'new')) }
    // By now it would begin later, if it had not begun yet.
    const next = await drain(first.cursor, more, clock, { second: 20 * day })
    expect(next.ids).toEqual(['new:a'])
  })

  it('is refused a cursor that is none of its own', async () => {
    for (const cursor of ['', 'junk', '[]', '{"first":{"since":"today"}}'])
      await expect(drain(cursor, { first: pages() }, clock)).rejects.toMatchObject({ kind: 'invalid' })
  })
})
