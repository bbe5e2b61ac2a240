import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type express from 'express'
import { Problem } from './problem.ts'

/** Beside what runs; where the sources themselves run, in the last build. */
const folders = ['../sdk/', '../../dist/core/sdk/'].map((path) => fileURLToPath(new URL(path, import.meta.url)))
const file = 'leitstern.js'

/** Any page may load it; what it may ask is its key's matter. */
const headers = { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' }

/** The browser client, at an address that never changes: so it is kept for an hour, and asked after by its tag then. */
export const browserClient: {
  readonly path: string
  readonly answer: (request: express.Request, response: express.Response) => void
} = {
  path: `/sdk/${file}`,
  answer: (_, response) => {
    const root = folders.find((folder) => existsSync(`${folder}${file}`))
    if (root === undefined)
      throw new Problem('not-built', 'The browser client is not built here; npm run build does it.')
    response.sendFile(file, { root, headers, maxAge: '1h' })
  },
}
