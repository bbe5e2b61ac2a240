import { createHash } from 'node:crypto'
import { z } from 'zod'

/** What a tool last said of a contact, statement by statement: a digest of it, and when it was said. */
export type Heard = Readonly<Record<string, readonly [digest: string, at: number]>>

const heard = z.record(z.string(), z.tuple([z.string(), z.number()]))
/** What was kept, read again; of a form that nobody knows any more: nothing, so that it is told once more. */
export const heardFrom = (text: string | undefined): Heard => {
  try {
    return heard.parse(JSON.parse(text ?? '{}'))
  } catch {
    return {}
  }
}

const digestOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 16)

export interface Listened {
  /** Says something that was not known. */
  readonly isNews: boolean
  /** The statements that nothing newer is known of. */
  readonly current: ReadonlySet<string>
  readonly heard: Heard
}

/**
 * Holds statements made at `at` against what was heard before. What is older than what is known is left aside, for
 * webhooks come late and in any order; and what is no news is still remembered as said anew, or something older that
 * comes later would pass for the newest.
 */
export const listen = (before: Heard, statements: Readonly<Record<string, unknown>>, at: number): Listened => {
  const all = Object.entries(statements).map(([name, value]) => ({
    name,
    digest: digestOf(value),
    known: before[name],
  }))
  const current = all.filter(({ known }) => known === undefined || known[1] <= at)
  return {
    isNews: current.some(({ digest, known }) => digest !== known?.[0]),
    current: new Set(current.map(({ name }) => name)),
    heard: { ...before, ...Object.fromEntries(current.map(({ name, digest }) => [name, [digest, at] as const])) },
  }
}
