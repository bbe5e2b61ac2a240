import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Sandbox } from '../contract/sandbox.ts'

const settleMs = 200

/** What a sandbox holds, kept in a JSON file over restarts. */
export interface SandboxState {
  /** To be called after whatever may have altered the tool: saves soon, many changes in one go. */
  readonly touch: () => void
  /** Saves what is not saved yet. */
  readonly flush: () => Promise<void>
}

const textIn = async (file: string): Promise<string | null> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
const restoreFrom = (sandbox: Sandbox, text: string, file: string) => {
  try {
    sandbox.restore(JSON.parse(text))
  } catch (cause) {
    throw new Error(`restoring the sandbox from ${file}: it does not fit; delete the file to start afresh`, { cause })
  }
}

/** Restores the sandbox from the file, or lets `start` fill it where there is none; `null`: nothing is kept. */
export const stateFor = async (sandbox: Sandbox, file: string | null, start: () => void): Promise<SandboxState> => {
  const text = file === null ? null : await textIn(file)
  if (file === null || text === null) start()
  else restoreFrom(sandbox, text, file)
  if (file === null) return { touch: () => {}, flush: async () => {} }

  await mkdir(dirname(file), { recursive: true })
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()
  const write = async () => {
    // Renamed into place, so that a crash leaves the old file or the new one, never half of one.
    await writeFile(`${file}.new`, JSON.stringify(sandbox.state()))
    await rename(`${file}.new`, file)
  }
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    writing = writing.then(write)
    return writing
  }
  return {
    touch() {
      timer ??= setTimeout(flush, settleMs)
    },
    flush,
  }
}
