import type { Connector } from '../core/contract/connector.ts'
import type { Rate, RouteRate } from '../core/contract/limits.ts'
import type { Cursor, Proven, PushWay } from '../core/contract/ways.ts'

/** What stands in a manifest, in words. */
const modes: Readonly<Record<PushWay['mode'], string>> = {
  single: 'one contact a request',
  batch: 'several contacts a request',
  job: 'a job that is asked about until it ends',
}
const failures: Readonly<Record<PushWay['failures'], string>> = {
  whole: 'a refusal is of the whole request',
  'in-order': 'refusals stand in the order of the contacts',
  'by-index': 'refusals name the place of the contact',
  'by-trace-id': 'refusals name the reference that was sent along',
  'by-key': 'refusals name the contact',
  'by-report': 'refusals stand in the report of the job',
}
const cursors: Readonly<Record<Cursor, string>> = {
  'updated-since': 'what changed since the last time',
  'created-since': 'what was made since the last time',
  journal: 'what the journal has gained',
  all: 'everything, every time',
}
const schemes = {
  hmac: 'signed (HMAC)',
  ecdsa: 'signed (ECDSA)',
  'shared-secret': 'with a shared secret',
} as const
const proofs: Readonly<Record<Proven['by'], string>> = {
  live: 'the real tool',
  contract: "the vendor's machine-readable description",
  recorded: 'recorded traffic of the live API',
  sandbox: 'the sandbox only',
}

export const pushWords = ({ ways: { push } }: Connector): string =>
  push === undefined
    ? 'no'
    : `${modes[push.mode]}, found by ${push.upsert}${push.atomic ? ', all or none' : ''}; ${failures[push.failures]}`
export const pullWords = ({ ways: { pull } }: Connector): string => (pull === undefined ? 'no' : cursors[pull])
export const webhookWords = ({ webhook }: Connector): string =>
  webhook === undefined ? 'no' : schemes[webhook.proof.scheme]

const rateWords = ({ perSecond, burst, perDay }: Rate): string =>
  [
    perSecond < 1 ? `one request in ${Math.round(1 / perSecond)} s` : `${perSecond} requests a second`,
    ...(burst === undefined ? [] : [`${burst} at once after a rest`]),
    ...(perDay === undefined ? [] : [`${perDay} a day`]),
  ].join(', ')
const routeWords = ({ method, paths, ...rate }: RouteRate): string =>
  `${paths.map((path) => `\`${method === undefined ? '' : `${method} `}${path}\``).join(', ')}: ${rateWords(rate)}`

/** One line each. */
export const limitWords = ({ limits }: Connector): readonly string[] => [
  `${rateWords(limits)}, ${limits.concurrency} at a time, ${limits.timeoutMs / 1_000} s for an answer`,
  `${limits.batch} contacts a push, ${limits.readBatch ?? limits.batch} a read, ${limits.eraseBatch ?? limits.batch} an erasure${limits.bytes === undefined ? '' : `, ${limits.bytes} bytes of changes`}`,
  ...(limits.routes ?? []).map(routeWords),
]
export const provenWords = ({ proven }: Connector): readonly string[] =>
  proven.map(({ by, what, on }) => `${proofs[by]}: ${what}, on ${on}`)
