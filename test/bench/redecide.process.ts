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
/** Where a customer is stored: all of these rows are read, found by the profile's id or the component's. */
const places = [
  { table: 'profiles', column: 'id', by: 'id' },
  { table: 'components', column: 'id', by: 'component' },
  { table: 'history', column: 'node', by: 'id' },
  { table: 'decisions', column: 'node', by: 'id' },
] as const
const customers = z.array(z.object({ id: z.string(), component: z.string() }))
const read = async () => {
  const db = new Database(path, { readonly: true })
  const everybody = customers.parse(db.prepare('select id, component from profiles').all())
  const readers = places.map(({ table, column, by }) => {
    const statement = db.prepare<[string], Record<string, unknown>>(`select * from ${table} where ${column} = ?`)
    return (customer: { readonly id: string; readonly component: string }) => statement.all(customer[by])
  })
  const readAll = async () => {
    for (const customer of everybody)
      for (const row of readers.flatMap((rowsOf) => rowsOf(customer)))
        for (const value of Object.values(row)) if (isJson(value)) JSON.parse(value)
  }
  const spent = await spending(readAll)
  db.close()
  return spent / everybody.length
}
answering({ fill, redecide, read })
