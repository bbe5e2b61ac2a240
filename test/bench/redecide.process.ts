import { join } from 'node:path'
import Database from 'better-sqlite3'
import { z } from 'zod'
import { hubInABox } from '../support/hub.ts'
import { answering, spending } from './asked.ts'
import { createMessages } from './messages.ts'
import { benchHubSettings, profileConfig, registryOf } from './registry.ts'

/** Everybody decided again, and everybody's rows read: by turns, because the store has one owner at a time. */
const { BENCH_FOLDER, BENCH_RULES, BENCH_PEOPLE } = z
  .object({ BENCH_FOLDER: z.string(), BENCH_RULES: z.coerce.number(), BENCH_PEOPLE: z.coerce.number() })
  .parse(process.env)
const path = join(BENCH_FOLDER, 'hub.db')
const written = registryOf(BENCH_RULES)
let revision = 0

const open = () =>
  hubInABox({
    hub: benchHubSettings,
    profile: profileConfig,
    path,
    /** In each revision another rule weighs more. */
    get registry() {
      const rules = written.rules.map((rule, index) => (index === revision ? { ...rule, weight: 10 } : rule))
      return { ...written, rules }
    },
  })

const fill = async () => {
  const messages = createMessages(BENCH_PEOPLE, 21)
  const box = await open()
  for (let person = 0; person < BENCH_PEOPLE; person++)
    await box.say(messages.identify(person), ...Array.from({ length: 5 }, () => messages.track(person)))
  await box.close()
}

/** A publication makes everybody stale; they are decided again until nobody is. */
const redecide = async () => {
  revision += 1
  const box = await open()
  await box.flow.operations.publish({ name: 'bench' })
  const spent = await spending(box.flow.settle)
  await box.close()
  return spent / BENCH_PEOPLE
}

const isJson = (value: unknown): value is string => typeof value === 'string' && /^[[{]/.test(value)
/** Where a customer is stored: found by the profile's id or the component's. */
const places = {
  profiles: { column: 'id', by: 'id' },
  components: { column: 'id', by: 'component' },
  history: { column: 'node', by: 'id' },
  decisions: { column: 'node', by: 'id' },
} as const
type Table = keyof typeof places
const customers = z.array(z.object({ id: z.string(), component: z.string() }))
type Customer = z.output<typeof customers>[number]

/** Reads everybody's rows of these tables and parses what is JSON in them. */
const read = async (tables: readonly Table[]) => {
  const db = new Database(path, { readonly: true })
  // As much as the hub has.
  db.pragma('cache_size = -65536')
  const everybody = customers.parse(db.prepare('select id, component from profiles').all())
  const readers = tables.map((table) => {
    const { column, by } = places[table]
    const statement = db.prepare<[string], Record<string, unknown>>(`select * from ${table} where ${column} = ?`)
    return (customer: Customer) => statement.all(customer[by])
  })
  const spent = await spending(async () => {
    for (const customer of everybody)
      for (const rowsOf of readers)
        for (const row of rowsOf(customer)) for (const value of Object.values(row)) if (isJson(value)) JSON.parse(value)
  })
  db.close()
  return spent / everybody.length
}
answering({
  fill,
  redecide,
  everything: () => read(['profiles', 'components', 'history', 'decisions']),
  traits: () => read(['profiles', 'components']),
})
