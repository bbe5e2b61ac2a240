import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { shippedConfig } from './running-hub.ts'

const seed = z.looseObject({
  contacts: z.array(z.looseObject({ email: z.string() })),
  orders: z.array(z.looseObject({ email: z.string() })).default([]),
})
/** In the samples every customer has a number, in addresses and in ids: anna.winter.1001@…, customer-1001, browser-1001. */
const numberIn = (text: string) => Number(/(?:customer-|browser-|\.)(\d{4})\b/.exec(text)?.[1])

/**
 * The shipped config with fewer sample customers, in a folder of its own: for tests that alter files, or that need no
 * crowd. Answers where its hub.yaml is.
 */
export const smallShop = (folder: string, customers: number): string => {
  cpSync(shippedConfig, folder, { recursive: true })
  const isKept = (text: string) => numberIn(text) <= 1000 + customers
  const alter = (name: string, change: (text: string) => string) => {
    const file = join(folder, 'sandbox', name)
    writeFileSync(file, change(readFileSync(file, 'utf8')))
  }
  for (const tool of ['mail', 'site', 'shop', 'crm'])
    alter(`${tool}.json`, (text) => {
      const { contacts, orders } = seed.parse(JSON.parse(text))
      const kept = { contacts: contacts.filter(({ email }) => isKept(email)), orders }
      return JSON.stringify({ ...kept, orders: orders.filter(({ email }) => isKept(email)) })
    })
  alter('customers.ndjson', (text) => text.split('\n').filter(isKept).join('\n'))
  return join(folder, 'hub.yaml')
}
