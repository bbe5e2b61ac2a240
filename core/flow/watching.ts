import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'

export interface Watching {
  /** Begins to look; what has changed since this was made is told too. */
  readonly begin: (changed: () => Promise<unknown>) => void
  readonly stop: () => void
}

/** What stands at a path: of a file its content, of a folder its names, of what cannot be read nothing. */
const contentOf = (path: string): Buffer | string => {
  try {
    return statSync(path).isDirectory() ? readdirSync(path).sort().join('\n') : readFileSync(path)
  } catch {
    return ''
  }
}
const stateOf = (paths: readonly string[]): string => {
  const hash = createHash('sha256')
  for (const path of paths) hash.update(`${path}\0`).update(createHash('sha256').update(contentOf(path)).digest())
  return hash.digest('hex')
}

/**
 * Looks at files again and again, and tells when they have changed and then stayed as they are for one look: whoever
 * saves several files, or one in parts, is mostly done by then. By content, since editors replace files, mounts tell of
 * nothing, and clocks are coarse. They are few and small. While `changed` is under way nobody looks.
 */
export const watchFiles = (paths: () => readonly string[], everyMs: number): Watching => {
  let told = stateOf(paths())
  let before = told
  let busy = false
  let timer: NodeJS.Timeout | undefined
  const look = async (changed: () => Promise<unknown>): Promise<void> => {
    const state = stateOf(paths())
    const isNews = state !== told && state === before
    before = state
    if (!isNews) return
    told = state
    await changed()
  }
  return {
    begin: (changed) => {
      timer = setInterval(() => {
        if (busy) return
        busy = true
        void look(changed).finally(() => {
          busy = false
        })
      }, everyMs).unref()
    },
    stop: () => clearInterval(timer),
  }
}
