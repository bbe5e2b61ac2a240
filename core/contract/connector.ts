import { z } from 'zod'
import type { Change, Contact, Holding, Membership, Receipt, Wanted } from './change.ts'
import type { ContentEntry, ObservedRule } from './content.ts'
import type { ErrorKind } from './errors.ts'
import type { Limits } from './limits.ts'
import type { Page, SourceRecord } from './record.ts'
import type { Proven, Ways } from './ways.ts'
import type { Hint, Webhook } from './webhook.ts'

/** A request to the tool. The core adds address, credentials, time-out, pace and retries. */
export interface Call<T> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the connection's base address, starting with `/`; values in it are already percent-encoded. */
  readonly path: string
  /** The name of another of the connection's addresses, for a vendor whose products live at several. */
  readonly base?: string
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly json?: unknown
  /** Sent in place of JSON as application/x-www-form-urlencoded. */
  readonly form?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** Statuses of 400 and above that are an answer here, and not an error (a 404 that says: no such contact). */
  readonly accept?: readonly number[]
  /** What it takes of a rate that the tool counts in points; 1 unless stated. */
  readonly cost?: number
  /** Parses the body; be lenient: only what is used, unknown keys allowed. */
  readonly reply: z.ZodType<T>
}
export interface Reply<T> {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: T
}

/** What a tool answered, before its status is judged. */
export interface RawAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The parsed JSON body, or the text where it is not JSON. */
  readonly body: unknown
}
/** What an answer means in the vendor's own words. */
export interface VendorError {
  readonly kind: ErrorKind
  /** As it follows 'answered 403,': no addresses and no secrets in it. */
  readonly meaning: string
  readonly afterMs?: number | undefined
}

/** Everything that a connector may touch. All of it belongs to the core. */
export interface Context<Settings> {
  readonly settings: Settings
  readonly http: <T>(call: Call<T>) => Promise<Reply<T>>
  readonly log: (message: string, fields?: Readonly<Record<string, unknown>>) => void
  readonly signal: AbortSignal
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/**
 * A request that only reads. `path` is matched whole; `*` stands for one segment, `**` for any rest.
 * With `graphql`, the body's operation must be a query; with `when`, each of these fields of the body must be one of
 * these texts (a method of JSON-RPC, a type of message).
 */
export interface ReadOperation {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly graphql?: true
  readonly when?: Readonly<Record<string, readonly string[]>>
}

/** What a tool gives for a credential: sent with every request until it runs out. Its values are secrets. */
export interface Grant {
  readonly headers: Readonly<Record<string, string>>
  /** Milliseconds since 1970; `null`: the tool does not tell. */
  readonly expiresAt: number | null
}

export const fieldTypes = ['text', 'number', 'boolean', 'datetime', 'url'] as const
export type FieldType = (typeof fieldTypes)[number]
/** A field for contacts, as the tool has it or as the hub needs it. */
export interface ToolField {
  readonly name: string
  readonly type: FieldType
  readonly label: string
  /** Whether the API may write it. */
  readonly writable: boolean
}
/** What a connector must be able to write to: asked of `setup`. */
export interface Needs {
  readonly fields: readonly ToolField[]
  readonly memberships: readonly Membership[]
}
/** What `setup` did, one line each, and what a person must still do in the tool (with the reason). */
export interface SetupReport {
  readonly created: readonly string[]
  readonly present: readonly string[]
  readonly manual: readonly string[]
}

/**
 * One tool. A plain object of facts and translations; retries, limits, differences, idempotency, phases, metrics and
 * logs live in the core, once. A call may throw: `ConnectorError` with a kind judges the whole batch, and `http` throws it by itself
 * for every failing status. What a tool can do is what is present here.
 */
export interface Connector<S extends z.ZodObject = z.ZodObject, Settings = z.output<S>> {
  /** kebab-case noun, equal to its folder's name. */
  readonly id: string
  readonly title: string
  /** One sentence for the catalogue. */
  readonly summary: string
  /** Where the vendor documents the API that is used here. */
  readonly docs: string
  /** wcm, email, commerce, crm, sms, push, offline: what this kind of tool usually is. */
  readonly channel: string
  /** A strict object; every field described; secrets marked by `secret()`. */
  readonly settings: S
  /** Identifier types that the tool finds contacts by. */
  readonly keys: readonly string[]
  /** The kinds of membership that a map may target here, each with a sentence: `{ tag: 'Tags of the audience' }`. */
  readonly memberships: Readonly<Record<string, string>>
  /** Canonical trait -> the tool's own standard field for it. */
  readonly defaults: Readonly<Record<string, string>>
  readonly limits: Limits
  readonly ways: Ways
  /** What an admin must grant the hub in the tool, one right a line. */
  readonly permissions: readonly string[]
  readonly proven: readonly Proven[]
  /** Every operation that only reads; below pilot the core refuses all others. */
  readonly reads: readonly ReadOperation[]
  /**
   * What the vendor's own codes say, where they say more than the status does: a 403 that is a limit, a 200 that is an
   * error. `null`: the status counts.
   */
  readonly errorOf?: (answer: RawAnswer) => VendorError | null
  readonly connect: (settings: Settings) => {
    readonly baseUrl: string
    readonly headers: Readonly<Record<string, string>>
    /** More addresses that take the same credentials, by the names that calls give. */
    readonly bases?: Readonly<Record<string, string>>
  }
  /**
   * Logs in, where a tool wants more than `connect` can give: a token, a session. Only what is among the reads may be asked
   * here. The core keeps the grant, and asks for another once it has run out or the tool has answered 401.
   */
  readonly authorize?: (ctx: Context<Settings>) => Promise<Grant>
  /** Names the account, and an epoch that changes when the account is another one or was restored. Reads only; throws otherwise. */
  readonly check: (ctx: Context<Settings>) => Promise<{ readonly account: string; readonly epoch: string }>
  readonly fields?: (ctx: Context<Settings>) => Promise<readonly ToolField[]>
  /** Creates what is missing. An admin's act of its own, allowed in every phase but off. */
  readonly setup?: (ctx: Context<Settings>, needs: Needs) => Promise<SetupReport>
  /** From the cursor on (`null`: from the beginning), oldest first. */
  readonly pull?: (ctx: Context<Settings>, cursor: string | null) => AsyncGenerator<Page, void>
  readonly push?: (ctx: Context<Settings>, changes: readonly Change[]) => Promise<readonly Receipt[]>
  /**
   * What came of a job that `push` was given a ticket of: one receipt for each of its contacts, `accepted` again while it
   * goes on, `retry` where the tool cannot tell any more. Reads only.
   */
  readonly settle?: (
    ctx: Context<Settings>,
    ticket: string,
    contacts: readonly Contact[],
  ) => Promise<readonly Receipt[]>
  /** By the contact's `id`; `null` when the tool has no such contact. */
  readonly read?: (
    ctx: Context<Settings>,
    contacts: readonly Contact[],
    wanted: Wanted,
  ) => Promise<ReadonlyMap<string, Holding | null>>
  /** Removes the contacts from the tool. A contact that is not there counts as `unchanged`. */
  readonly erase?: (ctx: Context<Settings>, contacts: readonly Contact[]) => Promise<readonly Receipt[]>
  readonly webhook?: Webhook<Settings>
  /** The current state of what webhooks hinted at; what is gone in the tool is left out. */
  readonly recall?: (ctx: Context<Settings>, hints: readonly Hint[]) => Promise<readonly SourceRecord[]>
  /** Entries whose title holds the text (all, if it is empty), last changed first. For a WCM. */
  readonly content?: (ctx: Context<Settings>, search: string, limit: number) => Promise<readonly ContentEntry[]>
  /** Targeting that somebody keeps in the tool itself. */
  readonly observedRules?: (ctx: Context<Settings>) => Promise<readonly ObservedRule[]>
}

/** Gives a connector its type, with the settings' type taken from the schema. */
export const defineConnector = <S extends z.ZodObject>(connector: Connector<S>): Connector<S> => connector

/** A setting that is a secret: only by reference in config, never logged, never answered. */
export const secret = (about: string) => z.string().min(1).meta({ secret: true, description: about })
