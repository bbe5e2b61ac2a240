import { z } from 'zod'
import { escaped } from '../../core/contract/html.ts'
import type { SandboxContact, SandboxFactory, SandboxReply, SandboxRequest } from '../../core/contract/sandbox.ts'
import type { FieldValue } from '../../core/contract/value.ts'

const key = 'the-key-in-the-folder'
const refused = '=1+1@example.test'
const own = new Set(['email', 'userId', 'phone', 'consent', 'lists', 'updated_at', 'locked'])

/** Cells are text: that is all that CSV knows. */
const row = z.record(z.string(), z.string())
type Row = z.output<typeof row>
const sheet = z.object({ modified: z.string(), columns: z.array(z.string()), rows: z.array(row) })
type Sheet = z.output<typeof sheet>
const world = z.object({ id: z.string(), files: z.record(z.string(), sheet) })
type World = z.output<typeof world>
const given = z.object({ columns: z.array(z.string()), rows: z.array(z.record(z.string(), z.unknown())) })

const typeOf = (value: FieldValue): string => {
  if (typeof value === 'number' || typeof value === 'boolean') return typeof value
  return 'text'
}
const cells = (values: Readonly<Record<string, unknown>>): Row =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value ?? '')]))

/** A folder in memory, behind the door that the hub gives to real ones. */
export const sandbox: SandboxFactory = ({ now, account = 'folder-1' }) => {
  const stamp = () => new Date(now()).toISOString()
  const empty = (columns: readonly string[]): Sheet => ({ modified: stamp(), columns: [...columns], rows: [] })
  let held: World = {
    id: account,
    files: {
      'contacts.csv': empty(['email', 'firstName', 'lastName', 'consent', 'lists', 'updated_at', 'locked']),
      'fields.csv': empty(['name', 'type', 'label']),
    },
  }
  const at = (name: string): Sheet => {
    const there = held.files[name] ?? empty([])
    held.files[name] = there
    return there
  }
  const find = (email: string) =>
    at('contacts.csv').rows.find((one) => one.email?.toLowerCase() === email.toLowerCase())

  const put = (name: string, body: unknown, ifMatch: string | undefined): SandboxReply => {
    const before = held.files[name]
    if (ifMatch !== undefined && ifMatch !== (before?.modified ?? 'none'))
      return { status: 412, json: { detail: 'the file has changed' } }
    const { columns, rows } = given.parse(body)
    // Two writes in one instant are two states of the file.
    const modified = new Date(Math.max(now(), Date.parse(before?.modified ?? stamp()) + 1)).toISOString()
    held.files[name] = { modified, columns, rows: rows.map(cells) }
    return { status: 200, json: { modified } }
  }
  const handle = ({ method, path, headers, body }: SandboxRequest): SandboxReply => {
    if (headers.authorization !== `Bearer ${key}`) return { status: 401, json: { detail: 'another key' } }
    const name = decodeURIComponent(path.slice(1))
    if (path === '/') {
      const files = Object.entries(held.files).map(([file, { modified }]) => ({ name: file, modified }))
      return { status: 200, json: { id: held.id, files } }
    }
    if (method === 'PUT') return put(name, body, headers['if-match'])
    const there = held.files[name]
    return there ? { status: 200, json: there } : { status: 404, json: { detail: 'no such file' } }
  }

  const list = (name: string, value: FieldValue): void => {
    const { rows } = at('fields.csv')
    if (!own.has(name) && !rows.some((one) => one.name === name)) rows.push({ name, type: typeOf(value), label: name })
    const { columns } = at('contacts.csv')
    if (!columns.includes(name)) columns.push(name)
  }
  const seed = ({ email, firstName, lastName, fields, memberships, consent }: SandboxContact): void => {
    for (const [name, value] of Object.entries(fields)) list(name, value)
    const lists = memberships.map((one) => one.replace(/^list\//, '')).join('; ')
    const said = consent === undefined ? {} : { consent: consent ? 'yes' : 'no' }
    const names = { firstName: firstName ?? '', lastName: lastName ?? '' }
    const before = find(email)
    const next = { ...before, email, ...cells({ ...names, ...fields }), lists, ...said, updated_at: stamp() }
    const contacts = at('contacts.csv')
    contacts.rows = [...contacts.rows.filter((one) => one !== before), next]
    contacts.modified = stamp()
  }
  const seen = (one: Row): SandboxContact => {
    const types = new Map(at('fields.csv').rows.map(({ name, type }) => [name, type]))
    const value = (name: string, text: string): FieldValue => {
      if (types.get(name) === 'number') return Number(text)
      return types.get(name) === 'boolean' ? text === 'true' : text
    }
    const fields = Object.entries(one).filter(([name, text]) => types.has(name) && text !== '')
    const lists = (one.lists ?? '').split(';').map((name) => name.trim())
    return {
      email: one.email ?? '',
      firstName: one.firstName,
      lastName: one.lastName,
      fields: Object.fromEntries(fields.map(([name, text]) => [name, value(name, text)])),
      memberships: lists
        .filter(Boolean)
        .map((name) => `list/${name}`)
        .sort(),
      consent: one.consent === undefined ? undefined : one.consent === 'yes',
    }
  }
  const page = (email: string): string => {
    const lines = Object.entries(find(email) ?? {}).map(
      ([name, text]) => `<tr><th>${escaped(name)}<td>${escaped(text)}`,
    )
    return `<h1>Call list (sandbox)</h1><table>${lines.join('')}</table>`
  }
  const settings = (baseUrl: string) => ({ folder: baseUrl, key })

  return {
    settings,
    wrongSettings: (baseUrl) => ({ ...settings(baseUrl), key: 'another-key' }),
    handle,
    // A file is replaced as a whole: there is no half of it.
    half: () => null,
    state: () => structuredClone(held),
    restore: (state) => {
      held = world.parse(state)
    },
    seed: (contacts) => contacts.forEach(seed),
    contacts: () =>
      at('contacts.csv')
        .rows.map(seen)
        .sort((a, b) => (a.email < b.email ? -1 : 1)),
    page,
    refused,
  }
}
