import { z } from 'zod'
import { type Database, languages, mechanismTypes, type SandboxParty } from './sandbox-database.ts'
import { meets } from './sandbox-domain.ts'
import { createCategories, createParties, eraseParty, writeParties } from './sandbox-write.ts'
import { timeOf } from './time.ts'

interface Ask {
  readonly held: Database
  readonly params: readonly unknown[]
  readonly now: number
}
type Method = (ask: Ask) => unknown
type Row = Readonly<Record<string, unknown>>

const langOf = (id: number | null) => languages.find((language) => language.id === id) ?? null
const partyRow = ({ id, name, active, lang, categories, created, written }: SandboxParty): Row => ({
  id,
  name,
  active,
  categories,
  'lang.': langOf(lang),
  create_date: timeOf(created),
  write_date: written === null ? null : timeOf(written),
})
const rows: Readonly<Record<string, (held: Database) => readonly Row[]>> = {
  'party.party': ({ parties }) => parties.map(partyRow),
  'party.contact_mechanism': ({ parties }) =>
    parties.flatMap(({ id: party, active, mechanisms }) =>
      mechanisms.map((one) => ({ ...one, party, active, 'party.active': active })),
    ),
  'party.category': ({ categories }) => categories.map((category) => ({ ...category, parent: null })),
  'ir.lang': () => languages.map((language) => ({ ...language, translatable: true })),
  'ir.module': ({ made }) => [{ id: 1, name: 'ir', create_date: timeOf(made) }],
}

const order = z.array(z.tuple([z.string(), z.literal('ASC')])).nullable()
const searching = z.tuple([
  z.array(z.unknown()),
  z.number(),
  z.number().nullable(),
  order,
  z.array(z.string()),
  z.object({ active_test: z.literal(false).optional() }),
])
const keyOf = (value: unknown) =>
  typeof value === 'object' && value !== null
    ? Object.values(value)
        .map((part) => String(part).padStart(8, '0'))
        .join('-')
    : String(value).padStart(12, '0')
/** What was deactivated is shown only to who asks for it. */
const searchRead =
  (model: string): Method =>
  ({ held, params }) => {
    const [domain, offset, limit, by, fields, { active_test }] = searching.parse(params)
    const isShown = (row: Row) => active_test === false || row.active !== false
    const found = (rows[model]?.(held) ?? []).filter((row) => isShown(row) && meets(row, domain))
    const key = (row: Row) => (by ?? []).map(([field]) => keyOf(row[field])).join(' ')
    const sorted = by === null ? found : found.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
    const asked = ['id', ...fields.map((field) => field.replace(/\.code$/, '.'))]
    const kept = sorted.slice(offset, limit === null ? undefined : offset + limit)
    return kept.map((row) => Object.fromEntries(asked.map((name) => [name, row[name] ?? null])))
  }

const list = z.array(z.unknown())
const label = (type: string) => `${type.slice(0, 1).toUpperCase()}${type.slice(1)}`
/** The server's methods as far as the connector calls them. */
export const methods: Readonly<Record<string, Method>> = {
  ...Object.fromEntries(Object.keys(rows).map((model) => [`model.${model}.search_read`, searchRead(model)])),
  'model.party.contact_mechanism.fields_get': () => ({
    type: { type: 'selection', selection: mechanismTypes.map((type) => [type, label(type)]) },
  }),
  'model.party.party.create': ({ held, params: [given], now }) => createParties(held, list.parse(given), now),
  'model.party.party.write': ({ held, params, now }) => writeParties(held, params.slice(0, -1), now),
  'model.party.category.create': ({ held, params: [given] }) =>
    createCategories(held, z.array(z.object({ name: z.string() })).parse(given)),
  'wizard.party.erase.create': () => [1, 'ask', 'end'],
  'wizard.party.erase.execute': ({ held, params: [, data] }) => {
    eraseParty(held, z.object({ ask: z.object({ party: z.number() }) }).parse(data).ask.party)
    return {}
  },
  'wizard.party.erase.delete': () => null,
}
