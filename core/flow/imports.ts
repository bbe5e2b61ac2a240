import type { Store } from '../store/port.ts'
import type { Actor } from './asking.ts'
import type { ImportProgress, Imports } from './operations.ts'

/** Message ids are of a source: what one has sent another has not. */
const nameOf = (id: string, { name }: Actor): string => `import:${name}:${id}`

/**
 * How far senders have come with their files. It is kept beside the messages, so that it is true of them: a store that
 * was put back to an earlier state knows no later progress.
 */
export const createImports = (store: Pick<Store, 'fact' | 'saveFact'>): Imports => ({
  importProgress: async (id, actor) => {
    const progress: ImportProgress | null = JSON.parse((await store.fact(nameOf(id, actor))) ?? 'null')
    return progress
  },
  noteImport: (id, progress, actor) => store.saveFact(nameOf(id, actor), JSON.stringify(progress)),
})
