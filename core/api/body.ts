import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import { own } from '../profile/json.ts'
import { Problem } from './problem.ts'

const kb = 1024
/** Bytes that a body may have, inflated. Batches and single messages as in Segment's tracking API. */
export const bodyLimits = { batch: 500 * kb, message: 32 * kb, other: 256 * kb, hook: 1024 * kb } as const

const inflaters = { gzip: promisify(gunzip), deflate: promisify(inflate), br: promisify(brotliDecompress) }

const tooLarge = (): Problem => new Problem('too-large', 'Send less at once.')
const cutOff = (): Problem => new Problem('unreadable-body', 'The body could not be read to its end.')

/** What is over the limit and does not say so is still taken from the wire, and forgotten: a client that is sending does not listen. */
const receive = (request: IncomingMessage, limit: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > limit) return reject(tooLarge())
    const chunks: Buffer[] = []
    let length = 0
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= limit) chunks.push(chunk)
      else reject(tooLarge())
    })
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    const end = (): void => {
      if (!request.complete) reject(cutOff())
    }
    request.on('error', end)
    request.on('close', end)
    if (request.destroyed) end()
  })

const receiveInflated = async (request: IncomingMessage, limit: number, encoding: string): Promise<Buffer> => {
  const inflater = own(inflaters, encoding)
  if (encoding !== 'identity' && inflater === undefined)
    throw new Problem('unreadable-encoding', 'Send the body as it is, or by gzip, deflate or br.')
  const bytes = await receive(request, limit)
  if (inflater === undefined) return bytes
  return inflater(bytes, { maxOutputLength: limit }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge() : cutOff()
  })
}

/** The bytes of a request's body, inflated, whatever type it states: browsers send JSON as text/plain. */
export const readBytes = (request: IncomingMessage, limit: number): Promise<Buffer> => {
  const encoding = request.headers['content-encoding']
  return encoding === undefined ? receive(request, limit) : receiveInflated(request, limit, encoding.toLowerCase())
}

const byteOrderMark = 0xfeff
/** Stands for bytes that are not UTF-8, and may stand for itself. */
const replacement = '\ufffd'
const textOf = (bytes: Buffer): string => {
  const text = bytes.toString('utf8')
  if (text.includes(replacement) && !isUtf8(bytes)) throw new SyntaxError('not UTF-8')
  return text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text
}

/** A JSON value out of UTF-8 bytes. */
export const parseJson = (bytes: Buffer): unknown => {
  if (bytes.length === 0) throw new Problem('unreadable-body', 'The body is empty; JSON is expected.')
  try {
    return JSON.parse(textOf(bytes))
  } catch {
    throw new Problem('unreadable-body', 'The body is not JSON in UTF-8.')
  }
}
