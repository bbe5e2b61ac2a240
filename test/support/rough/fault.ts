import { z } from 'zod'
import type { SandboxReply } from '../../../core/contract/sandbox.ts'
import type { Intercept } from '../../../core/host/sandbox-server.ts'

/** How vendors say that nothing is left of the rate: HubSpot, and the IETF's draft in its old and its new form. */
const spent = {
  'x-hubspot-ratelimit-remaining': '0',
  'x-ratelimit-remaining': '0',
  'ratelimit-remaining': '0',
  ratelimit: '"default";r=0;t=1',
}
const throttled = (retryAfter: string): SandboxReply => ({
  status: 429,
  headers: { 'retry-after': retryAfter, ...spent },
  json: { message: 'You have reached your limit.' },
})
const failed = (status: number): SandboxReply => ({ status, json: { message: `the tool answers ${status}` } })
const empty: SandboxReply = { status: 200 }

/** What a tool does when it goes wrong, by name. A date to wait for has whole seconds, so that it is at least one second off. */
const faults = {
  'throttled, in seconds': () => throttled('1'),
  'throttled, by date': (now: number) => throttled(new Date(now + 2_000).toUTCString()),
  'error 500': () => failed(500),
  'error 502': () => failed(502),
  'error 503': () => failed(503),
  'reset before': () => 'reset',
  'reset after': () => ({ does: 'all', gives: 'reset' }),
  'silence before': () => 'hang',
  'silence after': () => ({ does: 'all', gives: 'hang' }),
  'error after': () => ({ does: 'all', gives: failed(500) }),
  'half, told': () => ({ does: 'half', gives: 'answer' }),
  'half, then 500': () => ({ does: 'half', gives: failed(500) }),
  'half, then silence': () => ({ does: 'half', gives: 'hang' }),
  'empty before': () => empty,
  'empty after': () => ({ does: 'all', gives: empty }),
  'truncated after': () => 'truncate',
} as const satisfies Readonly<Record<string, (now: number) => ReturnType<Intercept>>>

export type FaultName = keyof typeof faults
const isFault = (name: string): name is FaultName => name in faults
export const faultNames = Object.keys(faults).filter(isFault)

export const met = (name: FaultName, now: number): ReturnType<Intercept> => faults[name](now)

/** Which requests go wrong, and how: `rate` of those that fit, after the first `skip`, `times` of them at most. */
const rule = z.strictObject({
  fault: z.enum(faultNames),
  method: z.string().optional(),
  /** The whole path without its query; `*` stands for one segment, `**` for any rest. */
  path: z.string().optional(),
  /** Only requests that write, or only those that read. */
  only: z.enum(['writes', 'reads']).optional(),
  skip: z.int().min(0).default(0),
  times: z.int().min(1).optional(),
  rate: z.number().min(0).max(1).default(1),
})
/** The first rule that strikes is the one that counts. */
export const script = z.strictObject({ seed: z.int(), rules: z.array(rule) })
export type Script = z.output<typeof script>
export type Rule = z.output<typeof rule>
/** A rule as it is stated. */
export type Wish = z.input<typeof rule>
