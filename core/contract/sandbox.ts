import type { FieldValue } from './value.ts'
import type { RawRequest } from './webhook.ts'

/** A request as the sandbox's HTTP server got it; header names in lower case, `path` with its query. */
export interface SandboxRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** The parsed JSON body, or the raw text where it is not JSON. */
  readonly body: unknown
}
export interface SandboxReply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  /** Sent in place of JSON, under the content type that `headers` state. */
  readonly text?: string
}

/** A customer whom a tool already knows before the hub comes, in the tool's own field names. */
export interface SandboxContact {
  readonly email: string
  readonly firstName?: string | undefined
  readonly lastName?: string | undefined
  readonly fields: Readonly<Record<string, FieldValue>>
  /** `kind/name`, sorted. */
  readonly memberships: readonly string[]
  /** Whether the tool may contact the person, where it keeps that. */
  readonly consent?: boolean | undefined
}
/** An order placed in a tool (a commerce system's sandbox only). */
export interface SandboxOrder {
  readonly email: string
  readonly code: string
  /** ISO 8601. */
  readonly at: string
  /** Price of one, in major units of the currency. */
  readonly lines: readonly {
    readonly sku: string
    readonly name: string
    readonly category: string
    readonly price: number
    readonly quantity: number
  }[]
}

/** The tool in small: it speaks the tool's own HTTP dialect, with the tool's own traps. What demo, tests and conformance talk to. */
export interface Sandbox {
  /** Settings that reach this sandbox at the address it was started on. */
  readonly settings: (baseUrl: string) => Readonly<Record<string, unknown>>
  /** The same with a credential that the tool refuses. */
  readonly wrongSettings: (baseUrl: string) => Readonly<Record<string, unknown>>
  readonly handle: (request: SandboxRequest) => SandboxReply
  /**
   * Breaks down in the middle of a batch: does half of what is asked for, and answers in the tool's own form that the
   * rest failed for now. `null`, and nothing is done, where the request writes no batch.
   */
  readonly half: (request: SandboxRequest) => SandboxReply | null
  /** All that the tool holds, which account it is too, as JSON: persisted, and compared. `restore` takes it back. */
  readonly state: () => unknown
  readonly restore: (state: unknown) => void
  /** Puts contacts in place as if somebody had made them in the tool itself; fields that are missing in the tool are created. */
  readonly seed: (contacts: readonly SandboxContact[]) => void
  /** What a person with insight into the tool sees, sorted by e-mail. Empty fields are left out. */
  readonly contacts: () => readonly SandboxContact[]
  /** Commerce only: an order as a customer would place it. */
  readonly order?: (order: SandboxOrder) => void
  /** What the customer would see in this channel (the newsletter, the page, the shop, the agent's screen), as HTML; escaped. */
  readonly page: (email: string) => string
  /** A webhook as the tool would send and sign it at `now`: one that says that this contact changed, or withdrew consent. */
  readonly webhook?: (email: string, now: number) => RawRequest
  /**
   * How a field that a test calls `ls_text` is called here, where that is no possible name: with what the tool adds to
   * the names of fields of one's own, or a standard field in its place where there are no others.
   */
  readonly fieldFor?: (name: string) => string
  /** A contact whose push the tool refuses for its own reasons, beside good ones (an address that it holds to be invalid). */
  readonly refused: string
}
/** `sandbox.ts` of every plugin exports this as `sandbox`. `now` gives milliseconds; `account` names another of the vendor's accounts. */
export type SandboxFactory = (options: { readonly now: () => number; readonly account?: string | undefined }) => Sandbox
