import assert from 'node:assert/strict'
import type { Receipt } from '../../core/contract/change.ts'
import type { FieldValue } from '../../core/contract/value.ts'
import { type Check, can, required } from './check.ts'
import { changeOf, idOf, isDone, isSame, push, readBack } from './delivery.ts'
import { type Prepared, prepare } from './preparation.ts'
import { atWorkbench, person, type Workbench } from './workbench.ts'

const texts: Readonly<Record<string, string>> = {
  plain: 'Pflege',
  umlauts: 'Grüße aus Köln, naïve Füße',
  emoji: 'Neu 🎧👩🏽‍🚀',
  rightToLeft: 'سماعات',
  html: '<b onclick="x">5 < 6 & "7"</b>',
  quotes: `it's "so" \\ and %20 {{ x }} *|FNAME|*`,
  lines: 'one\ntwo',
  spaces: 'two  spaces',
  digits: '00123',
  word: 'false',
  long: 'Wort '.repeat(410).trim(),
}
const numbers: readonly number[] = [0, 7, -3, 12.5]
const flags: readonly boolean[] = [true, false]
const times: readonly string[] = ['2026-02-28T23:59:59.000Z', '1999-12-31T22:00:00.000Z']
const links: readonly string[] = ['https://shop.example/de/pflege?a=1&b=Kopfh%C3%B6rer#top']

interface Row {
  readonly email: string
  readonly field: string
  readonly value: FieldValue
}
const rowsOf = (name: string, field: string | null, values: readonly FieldValue[]): readonly Row[] =>
  field === null
    ? []
    : values.map((value, index) => ({ email: `value-${name.toLowerCase()}${index}@example.test`, field, value }))

/** Each value for a contact of its own. */
const rowsFor = ({ text, number, boolean, datetime, url }: Prepared): readonly Row[] => [
  ...Object.entries(texts).flatMap(([name, value]) => rowsOf(name, text, [value])),
  ...rowsOf('number', number, numbers),
  ...rowsOf('flag', boolean, flags),
  ...rowsOf('time', datetime, times),
  ...rowsOf('link', url, links),
]
/** One instant has several spellings, and all are right. */
const spelledAs = (sent: FieldValue, held: FieldValue | undefined) =>
  typeof sent === 'string' && times.includes(sent) && typeof held === 'string' && !Number.isNaN(Date.parse(held))
    ? new Date(held).toISOString()
    : held

const judge = async (bench: Workbench, { email, field, value }: Row, receipt: Receipt) => {
  if (!isDone(receipt)) return assert.equal(receipt.status, 'rejected', `${email}: ${JSON.stringify(receipt)}`)
  const held = (await readBack(bench, [email], { fields: [field], memberships: [] })).get(email)?.fields[field]
  assert.deepEqual(spelledAs(value, held), value, `what came back for ${email}`)
}

export const valueChecks: readonly Check[] = [
  {
    name: 'value: whatever is applied comes back as it was sent, and what cannot is rejected',
    applies: can('push', 'read'),
    run: (subject) =>
      atWorkbench(subject, async (bench) => {
        const rows = rowsFor(await prepare(bench))
        bench.sandbox.seed(rows.map(({ email }) => person(email)))
        const receipts = await push(
          bench,
          rows.map(({ email, field, value }) => changeOf(bench.connector, email, { fields: { [field]: value } })),
        )
        for (const row of rows) await judge(bench, row, required(receipts.get(idOf(row.email))))
        for (const name of ['plain', 'umlauts', 'emoji'])
          assert.ok(isDone(required(receipts.get(idOf(`value-${name}0@example.test`)))), `${name} must be possible`)
      }),
  },
  {
    name: 'value: an empty text empties the field',
    applies: can('push', 'read'),
    run: (subject) =>
      atWorkbench(subject, async (bench) => {
        const { text } = await prepare(bench)
        bench.sandbox.seed([person('ada@example.test')])
        for (const value of ['x', ''])
          await push(bench, [changeOf(bench.connector, 'ada@example.test', { fields: { [text]: value } })])
        const held = await readBack(bench, ['ada@example.test'], { fields: [text], memberships: [] })
        assert.ok(isSame(held.get('ada@example.test')?.fields[text], null))
      }),
  },
]
