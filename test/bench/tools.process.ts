import { createServer } from 'node:http'
import type { SandboxRequest } from '../../core/contract/sandbox.ts'
import { loadSandbox } from '../../core/host/catalogue.ts'
import { openSandbox } from '../../core/host/sandbox-server.ts'
import { dialects } from '../support/rough/dialect.ts'
import { answering } from './asked.ts'

/** Four tools in small, which keep what they were asked, and a server that does nothing but give back what it gets. */
let asked: SandboxRequest[] = []
const tools = await Promise.all(
  dialects.map(async ({ use }) => {
    const factory = await loadSandbox(use)
    if (factory === null) throw new Error(`opening the tool of ${use}: the plugin ships none`)
    const intercept = (request: SandboxRequest) => {
      asked.push(request)
      return null
    }
    return { use, open: await openSandbox({ factory, stateFile: null, now: Date.now, intercept }) }
  }),
)
const nothing = createServer((request, response) => void request.pipe(response))
nothing.keepAliveTimeout = 65_000
nothing.listen(0, '127.0.0.1', () => {
  const address = nothing.address()
  const port = typeof address === 'object' ? address?.port : undefined
  answering(
    {
      settings: () => Object.fromEntries(tools.map(({ use, open }) => [use, open.sandbox.settings(open.url)])),
      nothing: () => port,
      /** The bodies of what was asked since the last time. */
      asked: () => {
        const bodies = asked.map(({ body }) => body ?? null)
        asked = []
        return bodies
      },
    },
    async () => {
      nothing.close()
      nothing.closeAllConnections()
      await Promise.all(tools.map(({ open }) => open.close()))
    },
  )
})
