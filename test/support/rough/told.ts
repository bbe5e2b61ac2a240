import { z } from 'zod'

/** What a tool's process tells its parent: once where it is, and then every request that is about to write. */
export const told = z.union([
  z.object({ url: z.string(), settings: z.record(z.string(), z.unknown()) }),
  z.object({ writing: z.int() }),
])
export type Told = z.output<typeof told>
