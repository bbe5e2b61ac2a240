import { z } from 'zod'

/** Every problem that the API answers with. A name is the last part of `type` and stays for ever. */
export const problems = {
  'unreadable-body': { status: 400, title: 'The body cannot be read' },
  'unreadable-path': { status: 400, title: 'The path cannot be read' },
  'invalid-context': { status: 400, title: 'The evaluation context does not fit' },
  'no-targeting-key': { status: 400, title: 'The evaluation context lacks its targetingKey' },
  'bad-identifier': { status: 400, title: 'The identifier is not of the form type:value' },
  'no-key': { status: 401, title: 'A key is needed' },
  'unknown-key': { status: 401, title: 'The key is not known' },
  forged: { status: 401, title: 'The signature does not fit' },
  'missing-scope': { status: 403, title: 'The key lacks a scope' },
  'public-key': { status: 403, title: 'A public key may not do this' },
  'foreign-origin': { status: 403, title: 'The page is of another origin' },
  'privacy-control': { status: 403, title: 'The visitor wants no tracking' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'unknown-profile': { status: 404, title: 'There is no such profile' },
  'unknown-slot': { status: 404, title: 'There is no such slot' },
  'unknown-placement': { status: 404, title: 'There is no such placement' },
  'unknown-connector': { status: 404, title: 'There is no such connector' },
  'no-such-key': { status: 404, title: 'There is no key with this id' },
  'wrong-method': { status: 405, title: 'The method is not for this path' },
  denied: { status: 409, title: 'The present state forbids this' },
  'too-large': { status: 413, title: 'The body is too large' },
  'unreadable-encoding': { status: 415, title: 'The encoding of the body is not known here' },
  invalid: { status: 422, title: 'The request does not fit' },
  'invalid-config': { status: 422, title: 'The config files do not fit' },
  'invalid-rules': { status: 422, title: 'The rule files do not fit' },
  behind: { status: 429, title: 'The hub is behind' },
  internal: { status: 500, title: 'Something went wrong inside the hub' },
  'not-built': { status: 501, title: 'This is not built yet' },
  'tool-away': { status: 503, title: 'The tool cannot be asked at present' },
  'not-ready': { status: 503, title: 'The hub is not ready' },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>
export type ProblemName = keyof typeof problems

const part = z.object({
  detail: z.string(),
  in: z.enum(['body', 'query', 'path']).optional(),
  pointer: z.string().optional().describe('JSON pointer into what `in` names, as a URI fragment: #/profile/email'),
})
export type ProblemPart = z.output<typeof part>

/** An error as it goes over the wire: RFC 9457, with further members where a problem has some. */
export const problemBody = z
  .looseObject({
    type: z.string().describe('Stable: /problems/ and the name of the problem'),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    errors: z.array(part).optional(),
  })
  .meta({ id: 'Problem' })

/** Ends a request with a problem. `members` stand in the body beside the fixed ones. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly problem: ProblemName
  readonly members: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>

  constructor(
    problem: ProblemName,
    detail: string,
    options: { members?: Readonly<Record<string, unknown>>; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail)
    this.problem = problem
    this.members = options.members ?? {}
    this.headers = options.headers ?? {}
  }

  get status(): number {
    return problems[this.problem].status
  }

  body(): z.output<typeof problemBody> {
    const { status, title } = problems[this.problem]
    return { type: `/problems/${this.problem}`, title, status, detail: this.message, ...this.members }
  }
}

/** Segment's browser client reads the second header. */
export const behind = (seconds: number): Problem =>
  new Problem('behind', `Try again in ${seconds} s.`, {
    headers: { 'Retry-After': String(seconds), 'X-RateLimit-Reset': String(seconds) },
  })
