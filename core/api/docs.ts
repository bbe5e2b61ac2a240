import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import type express from 'express'

const require = createRequire(import.meta.url)

/** What of the package is served; nothing else of it can be asked for. */
const assets: readonly string[] = ['swagger-ui.css', 'swagger-ui-bundle.js']

const page = `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Leitstern: API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="api">The documentation needs JavaScript; <a href="/openapi.json">the description itself</a> does not.</div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/begin.js"></script>
  </body>
</html>
`
const begin = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
  displayRequestDuration: true,
})
`

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  // Swagger UI draws with style attributes.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

type Answer = (request: express.Request, response: express.Response) => void

const text =
  (type: string, content: string): Answer =>
  (_, response) => {
    response.type(type).send(content)
  }
/** A file of the package; the folder is found where npm has put it. */
const asset = (name: string): Answer => {
  const root = dirname(require.resolve('swagger-ui-dist/package.json'))
  return (_, response) => response.sendFile(name, { root, maxAge: '1h' })
}
const guarded =
  (answer: Answer): Answer =>
  (request, response) => {
    response.set('Content-Security-Policy', policy)
    answer(request, response)
  }

const answers: readonly (readonly [path: string, answer: Answer])[] = [
  ['/docs', text('html', page)],
  ['/docs/begin.js', text('js', begin)],
  ...assets.map((name) => [`/docs/${name}`, asset(name)] as const),
]

/**
 * The page of the API documentation: Swagger UI, served from here, over `/openapi.json`; path -> what answers a GET of
 * it. It asks nobody else: no address of another origin stands in it, its validator (a vendor's server) is off, and a
 * policy of its own forbids the rest.
 */
export const docsPages: ReadonlyMap<string, Answer> = new Map(
  answers.map(([path, answer]) => [path, guarded(answer)] as const),
)
