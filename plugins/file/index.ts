import { z } from 'zod'
import { defineConnector } from '../../core/contract/connector.ts'
import { erase } from './erase.ts'
import { contactsIn } from './fields.ts'
import { holdingOf, keys, placeOf, placesOf } from './map.ts'
import { pull } from './pull.ts'
import { push } from './push.ts'
import { addressOf, settings } from './settings.ts'
import { setUp } from './setup.ts'

const folder = z.object({ id: z.string(), files: z.array(z.object({ name: z.string() })) })

/** A folder on this machine: one list of contacts that both sides write, and what contacts did. */
export default defineConnector({
  id: 'file',
  title: 'Files',
  summary:
    'Keeps a list of contacts as CSV or NDJSON in a folder, for print shops, call lists and any other offline channel.',
  docs: 'https://www.rfc-editor.org/rfc/rfc4180',
  channel: 'offline',
  settings,
  keys,
  memberships: { list: 'Names in the column lists, parted by semicolons' },
  defaults: { firstName: 'firstName', lastName: 'lastName' },
  // One writer: the file is read and replaced as a whole.
  limits: { batch: 1_000, concurrency: 1, perSecond: 10, timeoutMs: 60_000 },
  ways: {
    push: { mode: 'batch', atomic: false, failures: 'by-key', upsert: 'email, userId or phone' },
    pull: 'updated-since',
  },
  permissions: ['Read and write access of the hub’s user to the folder, and the folder in hub.folders'],
  proven: [{ by: 'live', what: 'a folder of a Linux file system', on: '2026-11-22' }],
  reads: [{ method: 'GET', path: '/**' }],
  connect: (given) => ({ baseUrl: addressOf(given), headers: { authorization: `Bearer ${given.key}` } }),

  async check({ http, settings: { folder: path } }) {
    const { body } = await http({ method: 'GET', path: '/', reply: folder })
    return { account: path, epoch: body.id }
  },
  fields: async (ctx) => (await contactsIn(ctx)).fields,
  setup: setUp,
  pull,
  push,
  async read(ctx, contacts, wanted) {
    const { sheet, types } = await contactsIn(ctx)
    const places = placesOf(sheet.rows)
    return new Map(
      contacts.map((contact) => {
        const row = sheet.rows[placeOf(places, contact) ?? -1]
        return [contact.id, row ? holdingOf(row, wanted, types) : null]
      }),
    )
  },
  erase,
})
