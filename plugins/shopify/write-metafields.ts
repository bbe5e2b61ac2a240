import { z } from 'zod'
import type { Change, Outcome } from '../../core/contract/change.ts'
import { tell } from './api.ts'
import { encoded, isStandard, keyOf } from './metafield.ts'
import { deleteMetafields, type Mutation, type Place, setMetafields, together } from './mutations.ts'
import type { Wire } from './settings.ts'
import { isPassing, outcomeOf, silence, type UserError, userError } from './verdict.ts'

/** The most that metafieldsSet takes. */
const chunkSize = 25

/** One metafield of one contact: to be set, or to be emptied. */
interface Entry {
  readonly contact: string
  readonly name: string
  readonly place: Place
  readonly value: string | null
}
export const entriesOf = ({ contact, fields }: Change, ownerId: string, own: string): readonly Entry[] =>
  Object.entries(fields)
    .filter(([name]) => !isStandard(name))
    .map(([name, value]) => ({
      contact: contact.id,
      name,
      place: { ownerId, ...keyOf(name, own) },
      value: encoded(value),
    }))

const stored = z.object({ namespace: z.string(), key: z.string(), owner: z.object({ id: z.string() }).nullish() })
const payload = z.object({ metafields: z.array(stored).nullish(), userErrors: z.array(userError) })
type Problems = readonly (readonly [string, Outcome])[]

const idOf = ({ ownerId, namespace, key }: Place) => `${ownerId} ${namespace}.${key}`
/** Of those that are set, whatever Shopify does not show in its answer counts as not stored. */
const unconfirmed = (entries: readonly Entry[], shown: readonly z.output<typeof stored>[]): Problems => {
  const held = new Set(shown.map(({ owner, ...key }) => idOf({ ownerId: owner?.id ?? '', ...key })))
  return entries
    .filter(({ place, value }) => value !== null && !held.has(idOf(place)))
    .map(({ contact }) => [contact, silence])
}
const entryAt = (entries: readonly Entry[], { elementIndex, field }: UserError): Entry | undefined =>
  entries[elementIndex ?? Number(field?.find((part) => /^\d+$/.test(part)) ?? Number.NaN)]

const mutationFor = (entries: readonly Entry[]): Mutation =>
  entries.some(({ value }) => value === null)
    ? deleteMetafields(entries.map(({ place }) => place))
    : setMetafields(entries.map(({ place, value }) => ({ ...place, value: value ?? '' })))

const allOf = (entries: readonly Entry[], outcome: Outcome): Problems =>
  entries.map(({ contact }) => [contact, outcome])
const halvesOf = (entries: readonly Entry[]) => {
  const half = Math.ceil(entries.length / 2)
  return [entries.slice(0, half), entries.slice(half)]
}

/**
 * One call, in which Shopify sets all or none: whoever is at fault is told by the index in `userErrors` and left out, and
 * the rest is sent again. Where it names nobody, the call is halved until the culprit stands alone.
 */
const send = async (ctx: Wire, entries: readonly Entry[]): Promise<Problems> => {
  const [only] = entries
  if (!only) return []
  const told = await tell(ctx, `writing ${entries.length} metafields`, together([mutationFor(entries)]))
  const { data } = payload.safeParse(told.data.written)
  if (!data) return allOf(entries, silence)
  const [first] = data.userErrors
  if (!first) return unconfirmed(entries, data.metafields ?? [])
  const refused = data.userErrors.flatMap((found): Problems => {
    const entry = entryAt(entries, found)
    return entry ? [[entry.contact, outcomeOf(found, entry.name)]] : []
  })
  if (refused.length === 0 && isPassing(first)) return allOf(entries, outcomeOf(first))
  if (refused.length === 0 && entries.length === 1) return [[only.contact, outcomeOf(first, only.name)]]
  const culprits = new Set(refused.map(([contact]) => contact))
  const rest = entries.filter(({ contact }) => !culprits.has(contact))
  const found: (readonly [string, Outcome])[] = [...refused]
  for (const part of refused.length > 0 ? [rest] : halvesOf(rest)) found.push(...(await send(ctx, part)))
  return found
}

/** Writes them, and answers with what went wrong, by contact. */
export const writeMetafields = async (ctx: Wire, entries: readonly Entry[]): Promise<ReadonlyMap<string, Outcome>> => {
  const [full, empty] = [entries.filter(({ value }) => value !== null), entries.filter(({ value }) => value === null)]
  const problems: (readonly [string, Outcome])[] = []
  for (const side of [full, empty])
    for (let from = 0; from < side.length; from += chunkSize)
      problems.push(...(await send(ctx, side.slice(from, from + chunkSize))))
  return new Map(problems)
}
