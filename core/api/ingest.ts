import { z } from 'zod'
import type { Ingest, IngestAnswer } from '../flow/operations.ts'
import { parseInstant } from '../profile/instant.ts'
import { isObject, type JsonObject } from '../profile/json.ts'
import { type MessageKind, messageKinds } from '../profile/message.ts'
import { bodyLimits } from './body.ts'
import { behind } from './problem.ts'
import { type Call, type Facts, type Route, route } from './route.ts'

const refusal = z.object({
  index: z.int().describe('Position in the batch; 0 for a single message'),
  messageId: z.string().nullable(),
  code: z.string(),
  detail: z.string(),
})
/** The answer to messages: who was refused stands beside it, the others are stored. */
const ingestAnswer = z
  .object({ success: z.literal(true), accepted: z.int(), refused: z.array(refusal) })
  .meta({ id: 'IngestAnswer' })

/** A file is often sent twice: how much of it was new is worth knowing. */
export const importAnswer = ingestAnswer
  .extend({ repeated: z.int().describe('Of the accepted ones, those known from before: they changed nothing') })
  .meta({ id: 'ImportAnswer' })

const single = z.looseObject({ sentAt: z.unknown().optional() })
const batch = z.looseObject({
  batch: z.array(z.unknown()),
  sentAt: z.unknown().optional(),
  context: z.unknown().optional().describe('Counts for every message that does not state its own'),
})

const timeOf = (sentAt: unknown): number | null => (typeof sentAt === 'string' ? parseInstant(sentAt) : null)

const withoutKey = ({ writeKey: _, ...message }: JsonObject): JsonObject => message
/** The message without the key, which is a secret, and with the context of its batch. */
const unwrap = (value: unknown, context?: unknown): unknown => {
  if (!isObject(value)) return value
  const message = 'writeKey' in value ? withoutKey(value) : value
  if (!isObject(context)) return message
  return { ...message, context: isObject(message.context) ? { ...context, ...message.context } : context }
}

type How = Omit<Parameters<Ingest['ingest']>[1], 'actor'>
const take = async (operations: Ingest, messages: readonly unknown[], how: How, { actor }: Call) => {
  const answer = await operations.ingest(messages, { ...how, actor })
  if ('retryAfterS' in answer) throw behind(answer.retryAfterS)
  return answer
}
const told = ({ accepted, refused }: IngestAnswer) => ({ success: true as const, accepted, refused })

const facts = {
  method: 'post',
  tag: 'ingest',
  scope: 'ingest',
  response: ingestAnswer,
  misfit: 'unreadable-body',
} as const satisfies Partial<Facts>

const singleRoute = (operations: Ingest, kind: MessageKind, id: string, path: string): Route =>
  route({
    ...facts,
    id,
    path,
    summary: `Takes one ${kind} message`,
    input: z.object({ body: single }),
    limit: bodyLimits.message,
    browser: true,
    keyInBody: true,
    hot: true,
    handle: async ({ body }, call) =>
      told(await take(operations, [unwrap(body)], { kind, sentAt: timeOf(body.sentAt) }, call)),
  })

const batchRoute = (operations: Ingest, id: string, path: string): Route =>
  route({
    ...facts,
    id,
    path,
    summary: 'Takes messages of any kind',
    input: z.object({ body: batch }),
    limit: bodyLimits.batch,
    browser: true,
    keyInBody: true,
    hot: true,
    handle: async ({ body }, call) => {
      const messages = body.batch.map((value) => unwrap(value, body.context))
      return told(await take(operations, messages, { sentAt: timeOf(body.sentAt) }, call))
    },
  })

const importsRoute = (operations: Ingest): Route =>
  route({
    ...facts,
    response: importAnswer,
    id: 'imports',
    path: '/v1/imports',
    summary: 'Takes messages out of a file: like a batch, but a message may name nobody, and be as long as the request',
    input: z.object({ body: batch }),
    limit: bodyLimits.batch,
    handle: async ({ body }, call) => {
      const how = { sentAt: timeOf(body.sentAt), imported: true }
      return { success: true as const, ...(await take(operations, body.batch, how, call)) }
    },
  })

/**
 * Ingest, wire-compatible with the Segment HTTP Tracking API: the paths of its documentation, the first letters that
 * its browser client posts to, and `/v1/import`, which its Ruby client uses for batches.
 */
export const ingestRoutes = (operations: Ingest): readonly Route[] => [
  ...messageKinds.flatMap((kind) => [
    singleRoute(operations, kind, kind, `/v1/${kind}`),
    singleRoute(operations, kind, `${kind}Short`, `/v1/${kind.charAt(0)}`),
  ]),
  batchRoute(operations, 'batch', '/v1/batch'),
  batchRoute(operations, 'batchShort', '/v1/b'),
  batchRoute(operations, 'batchImport', '/v1/import'),
  importsRoute(operations),
]
