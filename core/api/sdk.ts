import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type express from 'express'
import { Problem } from './problem.ts'
import { send } from './send.ts'
import { tagged } from './tagged.ts'

/** Beside what runs; where the sources themselves run, in the last build. */
const files = ['../sdk/leitstern.js', '../../dist/core/sdk/leitstern.js'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
)
const type = 'text/javascript; charset=utf-8'
/** Any page may load it: what it may ask is its key's matter. The address never changes, so the tag tells a new one. */
const headers = {
  'Access-Control-Allow-Origin': '*',
  'Cache-Control': 'public, max-age=3600',
  'Cross-Origin-Resource-Policy': 'cross-origin',
}

/** Where pages load the browser client from, and what answers a GET of it. */
export const browserClient: {
  readonly path: string
  readonly answer: (request: express.Request, response: express.Response) => Promise<void>
} = {
  path: '/sdk/leitstern.js',
  answer: async (request, response) => {
    const file = files.find((candidate) => existsSync(candidate))
    if (file === undefined)
      throw new Problem('not-built', 'The browser client is not built here; npm run build does it.')
    const reply = { status: 200, type, text: await readFile(file, 'utf8'), headers }
    send(response, tagged(reply, request.headers['if-none-match']))
  },
}
