import type { SourceRecord } from './record.ts'

/** Bytes as they came. Header names in lower case. */
export interface RawRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}
/** Text counts as UTF-8. */
type Bytes = string | Uint8Array

/** What is signed, and when it was sent. */
interface Signed<Settings> {
  /** Everything that is given: while a secret is being replaced there may be several. One that fits is enough. */
  readonly signatures: (request: RawRequest) => readonly string[]
  /** What the tool has signed, in this order; `null`: the request lacks a part of it. */
  readonly signed: (settings: Settings, request: RawRequest) => readonly Bytes[] | null
  /** Milliseconds since 1970, where the tool signs a time; `null`: it should be there and is not. */
  readonly sentAt?: (request: RawRequest) => number | null
  /** How old, and how far ahead, `sentAt` may be. Five minutes unless stated. */
  readonly toleranceMs?: number
}

/**
 * How a tool proves that a webhook is its own. Declared here, judged by the core on the raw bytes and in constant time. A
 * secret that is not set (`null` or empty) proves nothing, so that everything is refused.
 */
export type Proof<Settings> =
  | ({
      readonly scheme: 'hmac'
      readonly algorithm: 'sha1' | 'sha256' | 'sha512'
      readonly encoding: 'hex' | 'base64'
      readonly secret: (settings: Settings) => Bytes | null | undefined
    } & Signed<Settings>)
  | ({
      readonly scheme: 'ecdsa'
      readonly algorithm: 'sha256'
      readonly encoding: 'hex' | 'base64'
      /** SubjectPublicKeyInfo: PEM, or its base64 alone. */
      readonly publicKey: (settings: Settings) => string | null | undefined
    } & Signed<Settings>)
  | {
      /** A secret in a header, in Basic auth or in the address: the body can be altered unseen. */
      readonly scheme: 'shared-secret'
      readonly secret: (settings: Settings) => string | null | undefined
      readonly given: (request: RawRequest) => string | null | undefined
    }

/** That something changed in the tool, without what: the current value is read. */
export interface Hint {
  readonly kind: 'hint'
  /** Names this delivery for ever. */
  readonly id: string
  /** ISO 8601. */
  readonly at: string
  /** What it is about, as the tool calls it: `contact`, `order`. */
  readonly object: string
  /** The tool's own id of that object. */
  readonly remoteId: string
}

export interface Webhook<Settings> {
  readonly proof: Proof<Settings>
  /** Runs only on a proven request. One malformed event spoils only itself: leave it out and keep the rest. */
  readonly parse: (settings: Settings, request: RawRequest) => readonly (SourceRecord | Hint)[]
  /** A request by which the tool only asks whether somebody is there, proven or not: it is answered 200, and nothing comes of it. */
  readonly isPing?: (settings: Settings, request: RawRequest) => boolean
}
