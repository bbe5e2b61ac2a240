import { realpath } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { z } from 'zod'
import { askDatabase } from './door.ts'
import type { Engine } from './engine.ts'
import { openPostgres } from './postgres.ts'
import { openSqlite } from './sqlite.ts'

/** What is sent to a database, and what comes of it: the shapes of every way to a tool. */
interface Request {
  readonly method: string
  readonly baseUrl: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  readonly timeoutMs: number
}
type Answer =
  | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly text: string }
  | { readonly failed: 'forbidden' | 'unsent' | 'lost'; readonly reason: string }

/** Where databases may be. */
export interface Bounds {
  /** SQLite files lie in these folders or below. */
  readonly folders: readonly string[]
  /** Judges and resolves the name of a server. Throws where it leads out of bounds. */
  readonly lookup: (hostname: string) => Promise<string>
  /** Whether an address is this machine, where TLS is not needed. */
  readonly isLoopback: (address: string) => boolean
}

class Forbidden extends Error {
  override readonly name = 'Forbidden'
}

const fileAt = async (baseUrl: string, folders: readonly string[]): Promise<string> => {
  const file = await realpath(decodeURIComponent(baseUrl.slice('sqlite:'.length)))
  const roots = await Promise.all(folders.map((folder) => realpath(resolve(folder)).catch(() => null)))
  const lies = roots.some((root) => root !== null && !relative(root, file).startsWith('..'))
  if (!lies) throw new Forbidden(`${file} is not in hub.folders (${folders.join(', ') || 'none'})`)
  return file
}

const credentials = (authorization = ''): readonly [user: string, password: string] => {
  const text = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return [text.slice(0, colon), text.slice(colon + 1)]
}

const openAt = async ({ baseUrl, headers, timeoutMs }: Request, bounds: Bounds): Promise<Engine> => {
  if (baseUrl.startsWith('sqlite:')) return openSqlite(await fileAt(baseUrl, bounds.folders))
  const { hostname, port, pathname } = new URL(baseUrl)
  const host = await bounds.lookup(hostname)
  const [user, password] = credentials(headers.authorization)
  const tls = bounds.isLoopback(host) ? null : hostname
  return openPostgres({
    host,
    port: Number(port || 5432),
    database: pathname.slice(1),
    user,
    password,
    tls,
    timeoutMs,
  })
}

const coded = z.object({ code: z.string() })
/** SQLSTATE classes (https://www.postgresql.org/docs/current/errcodes-appendix.html) and SQLite's result codes, as HTTP says them. */
const statuses: readonly (readonly [RegExp, number])[] = [
  [/^28|^42501$|^SQLITE_(AUTH|PERM|READONLY|CANTOPEN)/, 401],
  [/^22|^23|^42|^SQLITE_(CONSTRAINT|MISMATCH|RANGE|ERROR)/, 422],
  [/^40|^53|^55|^57|^08|^SQLITE_(BUSY|LOCKED|FULL|IOERR)/, 503],
]
const statusOf = (error: unknown): number | null => {
  const code = coded.safeParse(error).data?.code ?? ''
  return statuses.find(([codes]) => codes.test(code))?.[1] ?? null
}

const answer = (status: number, json: unknown): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  text: JSON.stringify(json),
})
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const failed = (error: unknown, isOpen: boolean): Answer => {
  const reason = messageOf(error)
  if (error instanceof Forbidden) return { failed: 'forbidden', reason }
  if (error instanceof z.ZodError) return answer(422, { detail: z.prettifyError(error) })
  const status = statusOf(error)
  if (status !== null) return answer(status, { detail: reason })
  return { failed: isOpen ? 'lost' : 'unsent', reason }
}

/** Databases as a way to tools: `sqlite:/path` and `postgres://host/database`, one connection for each exchange. */
export const databaseTransport =
  (bounds: Bounds) =>
  async (request: Request): Promise<Answer> => {
    let engine: Engine | null = null
    try {
      engine = await openAt(request, bounds)
      const { method, path, body } = request
      const { status, json } = await askDatabase(engine, { method, path, body: JSON.parse(body ?? 'null') })
      return answer(status, json)
    } catch (error) {
      return failed(error, engine !== null)
    } finally {
      await engine?.close().catch(() => {})
    }
  }
