import { z } from 'zod'
import { type Context, secret } from '../../core/contract/connector.ts'
import type { FieldValue } from '../../core/contract/value.ts'

const source = z.strictObject({
  name: z.string().min(1).describe('Names the query for its cursor: another name begins anew'),
  sql: z.string().min(1).describe('One select, without a semicolon'),
  by: z.array(z.string()).min(1).describe('Columns that order it and together name a row; none of them null'),
  at: z.string().optional().describe('Column with the time of the row; the first of `by` unless stated'),
  event: z.string().optional().describe('Each row is an event of this name; without it, a contact'),
})

export const settings = z.strictObject({
  database: z
    .string()
    .regex(/^(sqlite:\/|postgres:\/\/|https?:\/\/)/, 'sqlite:/path/to/file.db or postgres://host:5432/database')
    .describe('sqlite:/path/to/file.db (its folder in hub.folders), or postgres://host:5432/database'),
  user: z.string().default('leitstern').describe('Of PostgreSQL'),
  password: secret('Of PostgreSQL; SQLite needs none').optional(),
  table: z.string().default('leitstern_contacts').describe('Table of contacts, read and written; schema.table too'),
  keyType: z.enum(['email', 'userId', 'phone']).default('email').describe('What the table knows contacts by'),
  keyColumn: z.string().default('email').describe('Unique column that holds it'),
  changed: z.string().default('updated_at').describe('Column with the time of the last change, for pull'),
  consent: z.string().optional().describe('Column that says whether the person may be contacted'),
  queries: z.array(source).optional().describe('What to read in; the table of contacts unless stated'),
})
export type Settings = z.output<typeof settings>
export type Source = z.output<typeof source>
export type SqlContext = Context<Settings>
export type Row = Readonly<Record<string, FieldValue>>
/** The column with the lists that a contact is in. */
export const listColumn = 'lists'
