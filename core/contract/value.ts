import { z } from 'zod'

/** A value that every tool can hold in a field. Times are ISO 8601 strings in UTC. */
export type Scalar = string | number | boolean
/** `null` says: the field is empty, or is to be emptied. */
export type FieldValue = Scalar | null

export const fieldValue: z.ZodType<FieldValue> = z.union([z.string(), z.number(), z.boolean(), z.null()])

/** A typed name of a person: `email:ada@example.test`, `userId:u1`, `mail:8f3c` (a connector's own id). */
export interface Identifier {
  readonly type: string
  readonly value: string
}
