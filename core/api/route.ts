import { z } from 'zod'
import type { RawRequest } from '../contract/webhook.ts'
import type { Actor } from '../flow/asking.ts'
import { following } from './at-once.ts'
import { Problem, type ProblemName, type ProblemPart } from './problem.ts'
import type { Scope } from './scope.ts'

/** A shape as a handler may hand it over: read-only all the way down. */
export type Given<T> = T extends readonly (infer E)[]
  ? readonly Given<E>[]
  : T extends object
    ? { readonly [K in keyof T]: Given<T[K]> }
    : T

/** What a request says, before anything was checked. */
export interface Parts {
  readonly params: Readonly<Record<string, string | readonly string[]>>
  readonly query: unknown
  readonly body: unknown
}
export interface Call {
  /** Who asks. On a route without a scope nobody in particular. */
  readonly actor: Actor
  /** The request as it came. */
  readonly raw: () => RawRequest
}

/** How a route of a foreign protocol tells of problems, in the words of that protocol. */
export interface Failure {
  readonly shape: z.ZodType
  readonly tell: (problem: Problem, params: Readonly<Record<string, string | readonly string[]>>) => unknown
}

/** All that documentation, guards and dispatch need to know of a route. */
export interface Facts {
  /** OpenAPI's operationId. */
  readonly id: string
  readonly method: 'get' | 'post' | 'delete'
  /** As Express writes it: `/v1/profiles/:id`. */
  readonly path: string
  readonly tag: string
  /** null: open to everybody. */
  readonly scope: Scope | null
  readonly summary: string
  /** Answered before Express. Types alone keep its answer in its documented shape. */
  readonly hot?: true
  /** An object with any of `params`, `query` and `body`. */
  readonly input: z.ZodObject
  readonly response: z.ZodType
  /** Of a good answer; 200 unless stated. */
  readonly status?: number
  /** The type of a good answer that is text and not JSON. */
  readonly text?: string
  /** The type of a good answer that is a file: `response` is `fileAnswer` then. */
  readonly file?: string
  /** The problem of a request that does not fit `input`; `invalid` unless stated. */
  readonly misfit?: ProblemName
  /** How it tells of problems; problem+json unless stated. */
  readonly failure?: Failure
  /** A good answer carries a strong ETag, and If-None-Match is honoured. */
  readonly tagged?: true
  /** Bytes that the body may have. */
  readonly limit?: number
  /** Pages may call it, with a public key. */
  readonly browser?: true
  /** The key may stand as `writeKey` in the body. */
  readonly keyInBody?: true
}
export interface Route extends Facts {
  /** Checks the parts, runs the handler, and brings the answer into its documented shape. */
  readonly answer: (parts: Parts, call: Call) => Promise<unknown>
  /** Answers with that as JSON text, where it can at once. */
  readonly write: (parts: Parts, call: Call) => string | Promise<string>
}
interface Definition<I extends z.ZodObject, R extends z.ZodType> extends Facts {
  readonly input: I
  readonly response: R
  /** Whether the parts evidently fit, and are what `input` would make of them; it judges all others. */
  readonly fits?: (parts: unknown) => parts is z.output<I>
  /** A hot route's answer as JSON; `JSON.stringify` unless stated. */
  readonly json?: (answer: Given<z.input<R>>) => string
  readonly handle: (input: z.output<I>, call: Call) => Given<z.input<R>> | Promise<Given<z.input<R>>>
}

const escaped = (step: PropertyKey): string => String(step).replaceAll('~', '~0').replaceAll('/', '~1')
const places = { params: 'path', query: 'query', body: 'body' } as const
const placeOf = (step: PropertyKey | undefined): ProblemPart['in'] =>
  step === 'params' || step === 'query' || step === 'body' ? places[step] : undefined
/** A path as a JSON pointer in a URI fragment: `#/when/all/0`. */
export const pointer = (path: readonly PropertyKey[]): string => `#${path.map((step) => `/${escaped(step)}`).join('')}`
const partOf = (issue: z.core.$ZodIssue): ProblemPart => {
  const [place, ...path] = issue.path
  return { detail: issue.message, in: placeOf(place), pointer: pointer(path) }
}

const parse = <I extends z.ZodObject>(input: I, parts: Parts, misfit: ProblemName): z.output<I> => {
  const parsed = input.safeParse(parts)
  if (parsed.success) return parsed.data
  const errors = parsed.error.issues.map(partOf)
  throw new Problem(misfit, `See errors: ${errors.map(({ detail }) => detail).join('; ')}.`, { members: { errors } })
}

/** Defines a route: one object gives parsing, scope, documentation and answer. */
export const route = <I extends z.ZodObject, R extends z.ZodType>(definition: Definition<I, R>): Route => {
  const { handle, fits, json = JSON.stringify, ...facts } = definition
  const { input, response, hot, misfit = 'invalid' } = definition
  const ask = (parts: Parts, call: Call) => handle(fits?.(parts) ? parts : parse(input, parts, misfit), call)
  const shaped = async (parts: Parts, call: Call): Promise<unknown> => response.parse(await ask(parts, call))
  const answer = hot ? ask : shaped
  const write = (parts: Parts, call: Call) =>
    hot ? following(ask(parts, call), json) : following(shaped(parts, call), JSON.stringify)
  return { ...facts, answer: async (parts, call) => answer(parts, call), write }
}

/** The input of a route that reads nothing but its path. */
export const nothing = z.object({})
