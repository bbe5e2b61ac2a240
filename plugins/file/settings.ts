import { z } from 'zod'
import { type Context, secret } from '../../core/contract/connector.ts'

const fileName = z.string().regex(/^[\w-][\w.-]*\.(csv|ndjson)$/, 'a file name that ends in .csv or .ndjson')

export const settings = z.strictObject({
  folder: z.string().min(1).describe('Absolute path of the folder; hub.folders in hub.yaml must allow it'),
  key: secret('What the file leitstern.key in the folder holds: proof that it is the right folder, and mounted'),
  contacts: fileName.default('contacts.csv').describe('The list of contacts, read and written: .csv or .ndjson'),
  events: fileName.default('events.ndjson').describe('What contacts did, read only: calls answered, coupons handed in'),
})
export type Settings = z.output<typeof settings>
export type FileContext = Context<Settings>

/** A folder of this machine unless it is an address already. */
export const addressOf = ({ folder }: Pick<Settings, 'folder'>): string =>
  /^https?:/.test(folder) ? folder : `file://${encodeURI(folder)}`
