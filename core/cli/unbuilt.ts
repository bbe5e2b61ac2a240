import { z } from 'zod'
import { type Command, command } from './command.ts'

const unbuilt: readonly (readonly [string, string])[] = [
  ['plan', 'what publishing would change'],
  ['rollback', 'publish an earlier revision'],
]

/** Commands that the interface promises. */
export const unbuiltCommands: readonly Command[] = unbuilt.map(([words, purpose]) =>
  command({
    usage: `${words} [anything...]`,
    summary: `${purpose} (not built yet)`,
    input: z.object({}),
    run: async (_, { shell }) => {
      shell.err(`${words}: not built yet`)
      return 2
    },
  }),
)
