import { createReadStream, statSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'
import { z } from 'zod'
import { hardening } from './hardening.ts'
import { anonymousError, type Log, type Trace } from './log.ts'
import { Problem } from './problem.ts'

/** An answer that is ready to go out. */
export interface Reply {
  readonly status: number
  readonly type: string
  readonly text: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What a route answers whose answer is a file: where it is, and what becomes of it afterwards. */
export const fileAnswer = z.object({
  file: z.string(),
  discard: z.custom<() => void>((value) => typeof value === 'function'),
})
/** A file that is ready to go out. */
export interface FileReply extends z.output<typeof fileAnswer> {
  readonly status: number
  readonly type: string
  readonly headers?: Readonly<Record<string, string>>
}

type Headers = Readonly<Record<string, string>>
/** Names and values in turn, which cost less to write than an object. */
const hardeningList: readonly string[] = Object.entries(hardening).flat()
const headerList = ({ type, headers = {} }: Reply | FileReply, size: number, shared: Headers): string[] => {
  const { 'Cache-Control': kept = 'no-store' } = headers
  const list = [...hardeningList, 'Cache-Control', kept, 'Content-Type', type, 'Content-Length', String(size)]
  for (const [name, value] of Object.entries({ ...headers, ...shared }))
    if (name !== 'Cache-Control') list.push(name, value)
  return list
}

/** Nothing is kept by anybody between the hub and who asked, unless the reply says otherwise. `shared`: for pages. */
export const send = (response: ServerResponse, reply: Reply | FileReply, shared: Headers = {}): void => {
  const size = 'file' in reply ? statSync(reply.file).size : Buffer.byteLength(reply.text)
  response.writeHead(reply.status, headerList(reply, size, shared))
  if ('file' in reply) pipeline(createReadStream(reply.file), response, () => reply.discard())
  // As many bytes as characters is ASCII, and that is written faster byte by byte.
  else response.end(reply.text, size === reply.text.length ? 'latin1' : 'utf8')
}

/** Any error as a problem. Of an inner one nothing leaves but that it happened; the log says where. */
export const problemOf = (error: unknown, trace: Trace, log: Log): Problem => {
  if (error instanceof Problem) return error
  if (error instanceof URIError)
    return new Problem('unreadable-path', 'A part of the path is not percent-encoded UTF-8.')
  log.error({ route: trace.route ?? null, ...anonymousError(error) }, 'request failed')
  return new Problem('internal', 'The hub has logged what happened.')
}

export const problemReply = (problem: Problem): Reply => ({
  status: problem.status,
  type: 'application/problem+json; charset=utf-8',
  text: JSON.stringify(problem.body()),
  headers: problem.headers,
})
