import { z } from 'zod'

/** Where the next page begins; null: there is none. */
export const next = z.string().nullable()

/** The query of every list that has pages. */
export const paging = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z
    .string()
    .max(1000)
    .optional()
    .describe('`next` of the page before')
    .transform((cursor) => cursor ?? null),
})

/** An instant on the wire, from epoch milliseconds. */
export const instantOf = (at: number): string => new Date(at).toISOString()
export const instant = z.string().meta({ format: 'date-time' })
