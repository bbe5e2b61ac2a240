import { writeFile } from 'node:fs/promises'
import type { z } from 'zod'
import { problemBody } from '../api/problem.ts'

export type HubProblem = z.output<typeof problemBody>
/** The hub's answer was a problem. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly problem: HubProblem
  /** How long the hub asked us to wait, in seconds. */
  readonly retryAfterS: number | null
  constructor(problem: HubProblem, retryAfterS: number | null) {
    super(problem.detail ?? problem.title)
    this.problem = problem
    this.retryAfterS = retryAfterS
  }
}

/** The running hub, over HTTP. Every answer is parsed; a problem is thrown as `Refused`. */
export interface Client {
  readonly get: <T>(path: string, answer: z.ZodType<T>) => Promise<T>
  readonly post: <T>(path: string, answer: z.ZodType<T>, body?: unknown) => Promise<T>
  readonly delete: <T>(path: string, answer: z.ZodType<T>) => Promise<T>
  /** Brings a file here; nobody else may read it. Throws where it did not come whole. */
  readonly download: (path: string, file: string) => Promise<void>
}
export interface Address {
  readonly url: string
  /** null: none was found, the hub will say what it needs. */
  readonly key: string | null
}

const unreachable = (url: string, cause: unknown): Error =>
  new Error(`asking the hub at ${url}: it does not answer; start it with "leitstern start", or set LEITSTERN_URL`, {
    cause,
  })

const refusedBy = async (response: Response): Promise<Refused> => {
  const body: unknown = await response.json().catch(() => null)
  const parsed = problemBody.safeParse(body)
  const fallback = { type: 'about:blank', title: `The hub answered ${response.status}`, status: response.status }
  const after = response.headers.get('retry-after')
  return new Refused(parsed.success ? parsed.data : fallback, after === null ? null : Number(after))
}

export const createClient = ({ url, key }: Address): Client => {
  const ask = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(key !== null && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    }).catch((error: unknown) => {
      throw unreachable(url, error)
    })
    if (!response.ok) throw await refusedBy(response)
    return response
  }
  const send = async <T>(method: string, path: string, answer: z.ZodType<T>, body?: unknown): Promise<T> =>
    answer.parse(await (await ask(method, path, body)).json())
  return {
    get: (path, answer) => send('GET', path, answer),
    post: (path, answer, body) => send('POST', path, answer, body),
    delete: (path, answer) => send('DELETE', path, answer),
    download: async (path, file) => {
      const { body } = await ask('GET', path)
      if (body === null) throw new Error(`reading ${path} from the hub at ${url}: its answer is empty`)
      await writeFile(file, body, { mode: 0o600 }).catch((cause: unknown) => {
        const found = cause instanceof Error ? cause.message : String(cause)
        throw new Error(`bringing ${path} of the hub at ${url} into ${file}: ${found}; try again`, { cause })
      })
    },
  }
}
