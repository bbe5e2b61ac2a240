import type { ToolField } from '../../core/contract/connector.ts'
import type { Search } from '../../core/contract/search.ts'
import { recordOf } from './map.ts'
import { changedAt, type PartyRow, partyFields, partyRow, withMechanisms } from './party.ts'
import { type Domain, search } from './rpc.ts'
import type { Wire } from './settings.ts'
import { msOf, timeOf } from './time.ts'

const pageSize = 100
type Stream = 'create_date' | 'write_date'

/** Parties that were never altered have no time of change, so that they come by the time of their making. */
const domains: Readonly<Record<Stream, (at: number) => Domain>> = {
  create_date: (at) => [
    ['write_date', '=', null],
    ['create_date', '>=', timeOf(at)],
  ],
  write_date: (at) => [['write_date', '>=', timeOf(at)]],
}
const rowsBy = (ctx: Wire, stream: Stream, at: number, offset: number): Promise<readonly PartyRow[]> =>
  search(ctx, {
    model: 'party.party',
    domain: domains[stream](at),
    fields: partyFields,
    row: partyRow,
    order: [
      [stream, 'ASC'],
      ['id', 'ASC'],
    ],
    offset,
    limit: pageSize,
  })

const atOf = (row: PartyRow): number => {
  const changed = changedAt(row)
  return changed === null ? 0 : msOf(changed)
}
const offsetsIn = (after: string | undefined): readonly [number, number] => {
  const [made = 0, altered = 0] = (after ?? '').split(':').map(Number)
  return [made, altered]
}

/** Two streams in one order, as far as both are known: what comes after the end of a full page of one waits. */
export const searchIn =
  (ctx: Wire, known: readonly ToolField[]): Search =>
  async (at, after) => {
    const [skipMade, skipAltered] = offsetsIn(after)
    const made = await rowsBy(ctx, 'create_date', at, skipMade)
    const altered = await rowsBy(ctx, 'write_date', at, skipAltered)
    const ends = [made, altered].flatMap((rows) => {
      const last = rows.length === pageSize ? rows.at(-1) : undefined
      return last ? [atOf(last)] : []
    })
    const horizon = Math.min(...ends, Number.POSITIVE_INFINITY)
    const [newMade, newAltered] = [made, altered].map((rows) => rows.filter((row) => atOf(row) <= horizon))
    const rows = [...(newMade ?? []), ...(newAltered ?? [])].sort((a, b) => atOf(a) - atOf(b))
    const parties = await withMechanisms(ctx, rows)
    const next = `${skipMade + (newMade?.length ?? 0)}:${skipAltered + (newAltered?.length ?? 0)}`
    return {
      records: parties.flatMap((party) => recordOf(party, known) ?? []),
      after: ends.length > 0 ? next : undefined,
    }
  }
