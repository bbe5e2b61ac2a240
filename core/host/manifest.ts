import { z } from 'zod'
import type { Connector } from '../contract/connector.ts'

const call = z.custom((value) => typeof value === 'function', 'a function')
const noun = z.string().regex(/^[a-z][a-z0-9-]*$/, 'a kebab-case noun')
const text = z.string().trim().min(1)
const settings = z
  .instanceof(z.ZodObject, { error: 'a zod object' })
  .refine(
    (schema) =>
      schema.safeParse({ 'no such setting': 1 }).error?.issues.some(({ code }) => code === 'unrecognized_keys'),
    'a strict zod object, so that a mistyped setting is found',
  )

const path = z.string().startsWith('/')
const method = z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
const rate = {
  perSecond: z.number().positive(),
  burst: z.int().positive().optional(),
  perDay: z.int().positive().optional(),
}
const signed = {
  encoding: z.enum(['hex', 'base64']),
  signatures: call,
  signed: call,
  sentAt: call.optional(),
  toleranceMs: z.number().positive().optional(),
}
const proof = z.discriminatedUnion('scheme', [
  z.strictObject({
    scheme: z.literal('hmac'),
    algorithm: z.enum(['sha1', 'sha256', 'sha512']),
    secret: call,
    ...signed,
  }),
  z.strictObject({ scheme: z.literal('ecdsa'), algorithm: z.literal('sha256'), publicKey: call, ...signed }),
  z.strictObject({ scheme: z.literal('shared-secret'), secret: call, given: call }),
])

/** The shape of a connector, as far as it can be seen without calling it. */
const manifest = z.looseObject({
  id: noun,
  title: text,
  summary: text,
  docs: z.url(),
  channel: noun,
  settings,
  keys: z.array(text).min(1),
  memberships: z.record(z.string(), text),
  defaults: z.record(z.string(), text),
  limits: z.strictObject({
    ...rate,
    batch: z.int().positive(),
    readBatch: z.int().positive().optional(),
    eraseBatch: z.int().positive().optional(),
    bytes: z.int().positive().optional(),
    concurrency: z.int().positive(),
    timeoutMs: z.int().positive(),
    routes: z.array(z.strictObject({ ...rate, method: method.optional(), paths: z.array(path).min(1) })).optional(),
  }),
  ways: z.strictObject({
    push: z
      .strictObject({
        mode: z.enum(['single', 'batch', 'job']),
        atomic: z.boolean(),
        failures: z.enum(['whole', 'in-order', 'by-index', 'by-trace-id', 'by-key', 'by-report']),
        upsert: text,
      })
      .optional(),
    pull: z.enum(['updated-since', 'created-since', 'journal', 'all']).optional(),
  }),
  permissions: z.array(text),
  proven: z
    .array(z.strictObject({ by: z.enum(['live', 'contract', 'recorded', 'sandbox']), what: text, on: z.iso.date() }))
    .min(1),
  reads: z
    .array(
      z.strictObject({
        method: z.enum(['GET', 'POST']),
        path,
        graphql: z.literal(true).optional(),
        when: z.record(text, z.array(text).min(1)).optional(),
      }),
    )
    .min(1),
  errorOf: call.optional(),
  connect: call,
  authorize: call.optional(),
  check: call,
  fields: call.optional(),
  setup: call.optional(),
  pull: call.optional(),
  push: call.optional(),
  read: call.optional(),
  erase: call.optional(),
  settle: call.optional(),
  webhook: z.looseObject({ proof, parse: call, isPing: call.optional() }).optional(),
  recall: call.optional(),
  content: call.optional(),
  observedRules: call.optional(),
})

const problemsOf = (value: unknown): readonly string[] => {
  const parsed = manifest.safeParse(value)
  if (parsed.success) return []
  return parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'connector'}: ${message}`)
}
const isConnector = (value: unknown): value is Connector => problemsOf(value).length === 0
const defaultOf = (module: unknown): unknown =>
  typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined

/**
 * The connector that a module exports as its default. `id` is what it must be called, where its folder says so.
 * Throws an `Error` with every problem.
 */
export const connectorFrom = (module: unknown, id: string | null): Connector => {
  const value = defaultOf(module)
  if (value === undefined) throw new Error('its index has no default export: export default defineConnector({ … })')
  if (!isConnector(value)) throw new Error(`its manifest is not sound: ${problemsOf(value).join('; ')}`)
  if (id !== null && value.id !== id)
    throw new Error(`its id is "${value.id}", but its folder is ${id}: make them equal`)
  return value
}
