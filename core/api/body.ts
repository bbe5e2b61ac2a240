import express from 'express'
import { Problem } from './problem.ts'

const kb = 1024
/** Bytes that a body may have, inflated. Batches and single messages as in Segment's tracking API. */
export const bodyLimits = { batch: 500 * kb, message: 32 * kb, other: 256 * kb, hook: 1024 * kb } as const

/** The bytes of a request's body, inflated, whatever type it states: browsers send JSON as text/plain. */
export const readBytes = (request: express.Request, response: express.Response, limit: number): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    express.raw({ type: () => true, limit })(request, response, (error?: unknown) => {
      if (error !== undefined) reject(error)
      else resolve(Buffer.isBuffer(request.body) ? request.body : new Uint8Array())
    })
  })

/** A JSON value out of UTF-8 bytes. */
export const parseJson = (bytes: Uint8Array): unknown => {
  if (bytes.length === 0) throw new Problem('unreadable-body', 'The body is empty; JSON is expected.')
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new Problem('unreadable-body', 'The body is not JSON in UTF-8.')
  }
}
