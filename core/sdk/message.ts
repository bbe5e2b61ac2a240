import type { Choices } from './consent.ts'
import type { Message } from './queue.ts'

type Json = Readonly<Record<string, unknown>>

/** What is said, in the shapes of the Segment specification. Source: https://segment.com/docs/connections/spec/ */
export type Said =
  | { readonly type: 'track'; readonly event: string; readonly properties: Json }
  | { readonly type: 'page'; readonly name?: string | undefined; readonly properties: Json }
  | { readonly type: 'identify'; readonly userId: string; readonly traits: Json; readonly context: Json }

/** The page as a message tells of it. */
export interface PageFacts {
  readonly path: string
  readonly referrer: string
  readonly search: string
  readonly title: string
  readonly url: string
}
/** Who says it, when, and under which circumstances. */
export interface Circumstances {
  readonly messageId: string
  readonly anonymousId: string
  /** ISO 8601. */
  readonly timestamp: string
  readonly page: PageFacts
  readonly locale: string | undefined
  readonly choices: Choices | null
}

/** One message for POST /v1/batch. A page's own facts are its properties, too. */
export const messageOf = (said: Said, { page, locale, choices, ...facts }: Circumstances): Message => ({
  ...said,
  ...facts,
  ...(said.type === 'page' && { properties: { ...page, ...said.properties } }),
  context: {
    page,
    locale,
    library: { name: 'leitstern.js' },
    ...(choices !== null && { consent: { categoryPreferences: choices } }),
    ...(said.type === 'identify' && said.context),
  },
})
