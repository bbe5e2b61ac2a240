import type { Message, Verdict } from './queue.ts'
import type { Settings } from './settings.ts'

/** What the hub decided for one placement; `offer` and `decisionId` are null where its fallback is shown. */
export interface Decision {
  readonly placement: string
  readonly slot: string
  readonly offer: string | null
  readonly variant: string
  readonly content: Readonly<Record<string, string>>
  readonly decisionId: string | null
}
/** A question to POST /v1/decide. */
export interface Question {
  readonly profile: { readonly anonymousId: string }
  readonly placements?: readonly string[] | undefined
  readonly context?: Readonly<Record<string, unknown>> | undefined
  readonly locale?: string | undefined
}
export interface Hub {
  readonly send: (batch: readonly Message[]) => Promise<Verdict>
  /** Never rejects: what cannot be asked or answered is decided nowhere. */
  readonly decide: (question: Question) => Promise<readonly Decision[]>
}

const isWorthRetrying = (status: number): boolean => status >= 500 || status === 429 || status === 408
const retryAfterMs = (response: Response): number | null =>
  Number(response.headers.get('retry-after') ?? Number.NaN) * 1_000 || null
const verdictOf = (response: Response): Verdict =>
  isWorthRetrying(response.status) ? { retryAfterMs: retryAfterMs(response) } : 'settled'

/** Browsers give 64 KiB in all to requests that outlive their page, and refuse those beyond; a character has up to three. */
const longestAlive = 20_000

/**
 * The hub over HTTP. Messages go as text with the key in the body, so that the browser need not ask the hub first
 * (Fetch, 'CORS-safelisted request-header'), and arrive though the page be left; cookies never go along. Not as beacons:
 * under a strict Referrer-Policy these do not tell their origin, to which the key is bound.
 */
export const hubAt = ({ host, key }: Settings): Hub => {
  const post = (path: string, body: string, init: RequestInit): Promise<Response> =>
    fetch(host + path, { method: 'POST', body, credentials: 'omit', ...init })
  const tell = (batch: readonly Message[]): Promise<Response> => {
    const body = JSON.stringify({ writeKey: key, sentAt: new Date().toISOString(), batch })
    return post('/v1/b', body, { keepalive: body.length < longestAlive })
  }

  const decide = async (question: Question): Promise<readonly Decision[]> => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const response = await post('/v1/decide', JSON.stringify(question), { headers })
    const body = await response.json()
    if (response.ok) return body.decisions
    // One placement that the registry does not know must not cost the others theirs.
    const known = question.placements?.filter((placement) => !body.placements?.includes(placement)) ?? []
    const isFewer = known.length > 0 && known.length !== question.placements?.length
    return isFewer ? decide({ ...question, placements: known }) : []
  }

  return {
    send: (batch) => tell(batch).then(verdictOf, () => ({ retryAfterMs: null })),
    decide: (question) => decide(question).catch(() => []),
  }
}
