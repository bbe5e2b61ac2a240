import { z } from 'zod'
import { type Context, secret } from '../../core/contract/connector.ts'

export const settings = z.strictObject({
  baseUrl: z.url().describe('Address of the database, as in https://erp.example.com/acme/'),
  user: z.string().min(1).describe('Login of a user for the hub, with write access to parties and their categories'),
  password: secret('Password of that user'),
})
export type Settings = z.output<typeof settings>
export type Wire = Context<Settings>
