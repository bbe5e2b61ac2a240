import type { Change, Outcome, Receipt } from '../../core/contract/change.ts'
import type { FieldValue } from '../../core/contract/value.ts'
import { lostIn, obstacle, rowId, stepOf } from './map.ts'
import type { Row, SqlContext } from './settings.ts'
import { nameIn, requiredColumns, rowsOf, storeRows } from './table.ts'

/** A change on its way: what it sets in the row, and the row's own spelling of its key. */
interface Planned {
  readonly change: Change
  readonly outcome: Outcome | null
  readonly key: FieldValue
  readonly step: Row
}
type Columns = Awaited<ReturnType<typeof requiredColumns>>

const planned = (ctx: SqlContext, change: Change, before: Row | undefined, columns: Columns): Planned => {
  const { keyColumn } = ctx.settings
  const refused = obstacle(change, columns, ctx.settings)
  const key = before?.[keyColumn] ?? change.contact.key.value
  if (refused !== null) return { change, outcome: refused, key, step: {} }
  if (before === undefined && !change.create)
    return { change, outcome: { status: 'skipped', reason: 'the table has no such contact' }, key, step: {} }
  const step = stepOf(change, before ?? {})
  const isSame = before !== undefined && lostIn(step, before, columns) === null
  return {
    change,
    outcome: isSame ? { status: 'unchanged', remoteId: rowId(key) } : null,
    key,
    step,
  }
}

/** The rows are looked up, written in one transaction, and believed as the answer shows them. */
export const push = async (ctx: SqlContext, changes: readonly Change[]): Promise<readonly Receipt[]> => {
  const columns = await requiredColumns(ctx)
  const { changed, keyColumn } = ctx.settings
  const before = await rowsOf(
    ctx,
    changes.map(({ contact }) => contact.key.value),
  )
  const all = changes.map((change) =>
    planned(ctx, change, before.get(nameIn(ctx.settings, change.contact.key.value)), columns),
  )
  const open = all.filter(({ outcome }) => outcome === null)
  const stamp = columns.has(changed) ? { [changed]: new Date(ctx.now()).toISOString() } : {}
  const stored =
    open.length === 0
      ? []
      : await storeRows(
          ctx,
          open.map(({ key, step }) => ({ [keyColumn]: key, ...step, ...stamp })),
        )
  const outcomes = new Map(
    open.map(({ change, step }, place): readonly [string, Outcome] => {
      const { refusal = null, stored: row } = stored[place] ?? {}
      if (refusal !== null)
        return [
          change.contact.id,
          {
            status: 'rejected',
            reason: `the database refused the row: ${refusal.replaceAll(change.contact.key.value, 'the key')}`,
          },
        ]
      if (row === undefined)
        return [change.contact.id, { status: 'retry', reason: 'the row is not there after it was written' }]
      const lost = lostIn(step, row, columns)
      if (lost !== null)
        return [
          change.contact.id,
          { status: 'rejected', reason: `the column ${lost} did not keep what was sent`, field: lost },
        ]
      return [change.contact.id, { status: 'applied', remoteId: rowId(row[keyColumn] ?? null) }]
    }),
  )
  const none: Outcome = { status: 'retry', reason: 'it was not written' }
  return all.map(({ change: { contact }, outcome }) => ({
    contact: contact.id,
    ...(outcome ?? outcomes.get(contact.id) ?? none),
  }))
}
