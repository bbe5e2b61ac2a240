import { z } from 'zod'
import { escaped } from '../../core/contract/html.ts'
import { listing, namesIn } from '../../core/contract/listing.ts'
import type { SandboxContact, SandboxFactory, SandboxReply, SandboxRequest } from '../../core/contract/sandbox.ts'
import { type FieldValue, fieldValue } from '../../core/contract/value.ts'

const [user, password] = ['leitstern', 'the-password-of-the-sandbox']
const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
/** The table has a check against such addresses. */
const refused = 'refused@example.test'

const row = z.record(z.string(), fieldValue)
type Row = z.output<typeof row>
const column = z.object({ name: z.string(), type: z.string() })
const world = z.object({ id: z.string(), columns: z.array(column), rows: z.array(row) })
type World = z.output<typeof world>

const found = z.object({ values: z.array(fieldValue) })
const step = z.object({ by: z.array(z.string()), after: z.array(fieldValue).nullable(), limit: z.number() })
const changes = z.object({ upserts: z.array(row), deletes: z.array(fieldValue) })
const wanted = z.object({ columns: z.array(column) })

const small = (value: FieldValue | undefined): string => String(value ?? '').toLowerCase()
const typeOf = (value: FieldValue): string =>
  typeof value === 'number' || typeof value === 'boolean' ? typeof value : 'text'
const before = (a: readonly FieldValue[], b: readonly FieldValue[]): boolean => {
  const first = a.findIndex((value, at) => value !== b[at])
  return first >= 0 && String(a[first]) < String(b[first])
}

/** A database with one table in memory, behind the door that the hub gives to real ones. It knows one query: all of the table. */
export const sandbox: SandboxFactory = ({ now, account = 'database-1' }) => {
  const stamp = () => new Date(now()).toISOString()
  let held: World = {
    id: account,
    columns: [
      { name: 'email', type: 'text' },
      { name: 'updated_at', type: 'datetime' },
      { name: 'subscribed', type: 'boolean' },
      { name: 'lists', type: 'text' },
    ],
    rows: [],
  }
  const has = (name: string): boolean => held.columns.some((one) => one.name === name)
  const find = (email: string): Row | undefined => held.rows.find((one) => small(one.email) === email.toLowerCase())

  const refusalOf = (given: Row): string | null => {
    if (given.email === refused) return 'new row violates check constraint "no_refused"'
    const unknown = Object.keys(given).find((name) => !has(name))
    return unknown === undefined ? null : `column "${unknown}" does not exist`
  }
  const upsert = (given: Row): string | null => {
    const refusal = refusalOf(given)
    if (refusal !== null) return refusal
    const there = held.rows.find((one) => one.email === given.email)
    if (there) Object.assign(there, given)
    else held.rows.push({ ...given })
    return null
  }

  const routes: Readonly<Record<string, (body: unknown) => unknown>> = {
    'GET /': () => ({ id: held.id }),
    'GET /table': () => ({ columns: held.columns }),
    'PUT /table': (body) => {
      const missing = wanted.parse(body).columns.filter(({ name }) => !has(name))
      held.columns.push(...missing)
      return { created: missing.map(({ name }) => name) }
    },
    'POST /table/find': (body) => {
      const keys = found.parse(body).values.map(small)
      return { rows: held.rows.filter((one) => keys.includes(small(one.email))) }
    },
    'POST /table/change': (body) => {
      const { upserts, deletes } = changes.parse(body)
      const refusals = upserts.map(upsert)
      held.rows = held.rows.filter((one) => !deletes.includes(one.email ?? null))
      return { rows: held.rows.filter((one) => upserts.some(({ email }) => email === one.email)), refusals }
    },
    'POST /query': (body) => {
      const { by, after, limit } = step.parse(body)
      const place = (one: Row) => by.map((name) => one[name] ?? null)
      const sorted = [...held.rows].sort((a, b) => (before(place(a), place(b)) ? -1 : 1))
      return { rows: sorted.filter((one) => after === null || before(after, place(one))).slice(0, limit) }
    },
  }
  const handle = ({ method, path, headers, body }: SandboxRequest): SandboxReply => {
    if (headers.authorization !== authorization)
      return { status: 401, json: { detail: 'password authentication failed' } }
    const route = routes[`${method} ${path.replace(/^\/tables\/leitstern_contacts/, '/table')}`]
    return route ? { status: 200, json: route(body) } : { status: 404, json: { detail: 'there is no such table' } }
  }

  const seed = ({ email, firstName, lastName, fields, memberships, consent }: SandboxContact): void => {
    const names = { first_name: firstName ?? null, last_name: lastName ?? null }
    const all = { ...names, ...fields }
    for (const [name, value] of Object.entries(all)) if (!has(name)) held.columns.push({ name, type: typeOf(value) })
    const lists = listing(memberships.map((one) => one.replace(/^list\//, ''))) || null
    const before = find(email)
    const next = { ...before, email, ...all, subscribed: consent ?? null, lists, updated_at: stamp() }
    held.rows = [...held.rows.filter((one) => one !== before), next]
  }
  const seen = (one: Row): SandboxContact => {
    const hidden = new Set(['email', 'updated_at', 'subscribed', 'lists', 'first_name', 'last_name'])
    const fields = Object.entries(one).filter(([name, value]) => !hidden.has(name) && value !== null && value !== '')
    return {
      email: String(one.email ?? ''),
      firstName: typeof one.first_name === 'string' ? one.first_name : undefined,
      lastName: typeof one.last_name === 'string' ? one.last_name : undefined,
      fields: Object.fromEntries(fields),
      memberships: namesIn(String(one.lists ?? ''))
        .map((name) => `list/${name}`)
        .sort(),
      consent: typeof one.subscribed === 'boolean' ? one.subscribed : undefined,
    }
  }
  const page = (email: string): string => {
    const cells = Object.entries(find(email) ?? {}).map(
      ([name, value]) => `<tr><th>${escaped(name)}<td>${escaped(String(value ?? ''))}`,
    )
    return `<h1>leitstern_contacts (sandbox)</h1><table>${cells.join('')}</table>`
  }
  const settings = (baseUrl: string) => ({ database: baseUrl, password, consent: 'subscribed' })

  return {
    settings,
    wrongSettings: (baseUrl) => ({ ...settings(baseUrl), password: 'another-password' }),
    handle,
    // A transaction has no half.
    half: () => null,
    state: () => structuredClone(held),
    restore: (state) => {
      held = world.parse(state)
    },
    seed: (contacts) => contacts.forEach(seed),
    contacts: () => held.rows.map(seen).sort((a, b) => (a.email < b.email ? -1 : 1)),
    page,
    refused,
  }
}
