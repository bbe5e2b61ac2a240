/**
 * Writes the demo's sample customers into config/sandbox: `customers.ndjson`, what they did, as messages for the
 * ordinary ingest; and for each tool what it holds before the hub comes, with promotions chosen by its own logic. All
 * people are invented. The same script writes the same bytes, whenever it runs.
 */
import { writeFileSync } from 'node:fs'
import { type Holdings, holdings } from './samples/holdings.ts'
import { messages } from './samples/messages.ts'
import { population } from './samples/population.ts'

const folder = new URL('../config/sandbox/', import.meta.url)

/** One row a line, so that a change is read as the lines it touches. */
const rows = (list: readonly unknown[]) => list.map((one) => JSON.stringify(one)).join(',\n')
const asJson = (held: Holdings) =>
  `{${Object.entries(held)
    .map(([kind, list]) => `"${kind}": [\n${rows(list)}\n]`)
    .join(',\n')}}\n`

const customers = population()
const lines = messages(customers).map((message) => `${JSON.stringify(message)}\n`)
writeFileSync(new URL('customers.ndjson', folder), lines.join(''))
for (const [tool, held] of Object.entries(holdings(customers)))
  writeFileSync(new URL(`${tool}.json`, folder), asJson(held))
