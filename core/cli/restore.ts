import { existsSync } from 'node:fs'
import { z } from 'zod'
import type { restoreStore } from '../flow/store-file.ts'
import { command } from './command.ts'

type Carried = NonNullable<ReturnType<typeof restoreStore>['carried']>
const carriedLines = (carried: Carried | null): readonly string[] => {
  if (carried === null) return []
  const { erased, revoked, phases } = carried
  return [
    `taken over from it: ${erased} erased identifiers, which are erased again when the hub starts, ${revoked} revoked keys, ${phases} phases of connectors`,
  ]
}

export const restoreCommand = command({
  usage: 'restore <file>',
  summary: 'put a copy in the place of the store, while no hub runs; the store that was there is kept beside it',
  input: z.object({ file: z.string() }),
  run: async ({ file }, { shell, tell }) => {
    if (!existsSync(file)) {
      shell.err(`There is no file ${file}.`)
      return 2
    }
    const { restoreStore, storeFileOf } = await import('../flow/store-file.ts')
    const store = storeFileOf(shell.env)
    const { inspection, before, carried, contacts } = restoreStore(shell.env, file, Date.now())
    const { faults, messages, profiles, schema, newest } = inspection
    if (faults.length > 0) {
      tell({ restored: false, faults }, [...faults, 'Nothing was changed: take another copy.'])
      return 1
    }
    tell({ restored: true, store, before, carried, contacts, messages, profiles, schema }, [
      `${store}: ${messages} messages, ${profiles} profiles${schema < newest ? `, brought from schema ${schema} to ${newest}` : ''}`,
      ...(before === null ? [] : [`what was there is kept as ${before}`]),
      ...carriedLines(carried),
      `what the tools hold counts as unknown: ${contacts} contacts are read before anything is written to them`,
      'Messages since the copy was made are not in it: send or import them again; tools are pulled from where it stopped.',
    ])
    return 0
  },
})
