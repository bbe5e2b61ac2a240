import { z } from 'zod'

const entry = z.looseObject({
  id: z.number(),
  documentId: z.string(),
  email: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
})
export type Kept = z.output<typeof entry>
const store = z.object({
  /** The id of the locale that the database began with. */
  database: z.string(),
  written: z.number(),
  /** Attribute -> type. */
  attributes: z.record(z.string(), z.string()),
  visitors: z.array(entry),
})
type State = z.output<typeof store>

/** An error as Strapi writes it: by field, or the key that the type does not have. */
export interface Problem {
  readonly message: string
  readonly details: object
}
const byField = (field: string, message: string): Problem => ({
  message,
  details: { errors: [{ path: [field], message, name: 'ValidationError' }] },
})
const isTime = (value: unknown) => typeof value === 'string' && !Number.isNaN(Date.parse(value))
const isText = (value: unknown) => typeof value === 'string'
const takes: Readonly<Record<string, (value: unknown) => boolean>> = {
  email: (value) => typeof value === 'string' && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value),
  text: isText,
  float: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  datetime: isTime,
}

/** The visitors of one server, and the type that they are of. */
export const createStore = (now: () => number, database = 'sandbox-database') => {
  let held: State = { database, written: 0, attributes: { email: 'email' }, visitors: [] }

  const stamp = () => new Date(now()).toISOString()
  const byDocument = (documentId: string) => held.visitors.find((one) => one.documentId === documentId)
  /** A new row for every write: the number names the version, and the document stays. */
  const nextRow = () => {
    held.written += 1
    return held.written
  }
  const problemOf = (data: Readonly<Record<string, unknown>>, documentId: string | null): Problem | null => {
    for (const [name, value] of Object.entries(data)) {
      const type = held.attributes[name]
      if (type === undefined)
        return { message: `Invalid key ${name}`, details: { key: name, path: null, source: 'body' } }
      if (value !== null && takes[type]?.(value) !== true) return byField(name, `${name} must be a \`${type}\` type`)
    }
    // To the database, other letters are another address.
    const isTaken = held.visitors.some((one) => one.email === data.email && one.documentId !== documentId)
    return isTaken ? byField('email', 'This attribute must be unique') : null
  }
  const create = (data: Readonly<Record<string, unknown>>): Kept | Problem => {
    const problem = problemOf(data, null)
    if (problem) return problem
    const id = nextRow()
    const [documentId, at] = [`doc${String(id).padStart(21, '0')}`, stamp()]
    const empty = Object.fromEntries(Object.keys(held.attributes).map((name) => [name, null]))
    const made: Kept = { ...empty, email: null, ...data, id, documentId, createdAt: at, updatedAt: at }
    held.visitors.push(made)
    return made
  }
  const update = (kept: Kept, data: Readonly<Record<string, unknown>>): Kept | Problem => {
    const problem = problemOf(data, kept.documentId)
    if (problem) return problem
    // Even where nothing differs, it counts as changed.
    return Object.assign(kept, data, { id: nextRow(), updatedAt: stamp() })
  }

  return {
    byDocument,
    create,
    update,
    remove: (documentId: string) => {
      held.visitors = held.visitors.filter((one) => one.documentId !== documentId)
    },
    define: (name: string, type: string) => {
      held.attributes[name] ??= type
    },
    database: () => held.database,
    attributes: (): Readonly<Record<string, string>> => held.attributes,
    visitors: (): readonly Kept[] => held.visitors,
    state: () => structuredClone(held),
    restore: (state: unknown) => {
      held = store.parse(state)
    },
  }
}
export type Store = ReturnType<typeof createStore>
