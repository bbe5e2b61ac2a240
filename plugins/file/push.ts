import type { Change, Outcome, Receipt } from '../../core/contract/change.ts'
import { contactsIn } from './fields.ts'
import { changed, noted, obstacle, own, type Places, placeOf, placesOf, rowId, type Types, textIn } from './map.ts'
import type { FileContext } from './settings.ts'
import { type Row, replace, type Sheet } from './sheet.ts'

const busy = { status: 'retry', reason: 'somebody has written the file meanwhile' } as const

/** The rows as they become, and what becomes of each change. */
interface Draft {
  readonly rows: Row[]
  readonly places: Places
  readonly outcomes: Map<string, Outcome>
}

const equal = (a: Row, b: Row): boolean =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].every((column) => textIn(a, column) === textIn(b, column))

/** Puts one change into the rows. */
const put = ({ rows, places, outcomes }: Draft, change: Change, types: Types, now: string): void => {
  const { id } = change.contact
  const place = placeOf(places, change.contact) ?? rows.length
  const before = rows[place]
  const refused = obstacle(change, before, types)
  if (refused !== null) outcomes.set(id, refused)
  else if (before === undefined && !change.create)
    outcomes.set(id, { status: 'skipped', reason: 'the list has no such contact' })
  else {
    const after = changed(before, change)
    const isSame = before !== undefined && equal(before, after)
    outcomes.set(id, { status: isSame ? 'unchanged' : 'applied', remoteId: rowId(after) })
    if (isSame) return
    rows[place] = { ...after, [own.at]: now }
    noted(places, change.contact, place)
  }
}

/** Rows that do not say when they changed are as old as the file was: writing it makes none of them new. */
const dated = ({ rows, modified }: Sheet): Row[] =>
  rows.map((row) => (textIn(row, own.at) === '' ? { ...row, [own.at]: modified } : row))
/** Columns as they stand, and behind them those that are new. */
export const columnsOf = (before: readonly string[], rows: readonly Row[]): readonly string[] => [
  ...new Set([...before, ...rows.flatMap(Object.keys)]),
]

/** All changes in one go: the file is read once, replaced once, and only if nobody else has written it between. */
export const push = async (ctx: FileContext, changes: readonly Change[]): Promise<readonly Receipt[]> => {
  const { sheet, types } = await contactsIn(ctx)
  const draft: Draft = { rows: dated(sheet), places: placesOf(sheet.rows), outcomes: new Map() }
  const now = new Date(ctx.now()).toISOString()
  for (const change of changes) put(draft, change, types, now)
  const outcomes = changes.map(({ contact: { id } }): Receipt => ({ contact: id, ...(draft.outcomes.get(id) ?? busy) }))
  if (!outcomes.some(({ status }) => status === 'applied')) return outcomes
  const { rows } = draft
  const isKept = await replace(ctx, ctx.settings.contacts, sheet, { columns: columnsOf(sheet.columns, rows), rows })
  return isKept ? outcomes : outcomes.map((one) => (one.status === 'applied' ? { contact: one.contact, ...busy } : one))
}
