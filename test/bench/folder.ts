import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new folder that is gone when the bench ends. */
export const benchFolder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'leitstern-bench-'))
  process.on('exit', () => rmSync(path, { recursive: true, force: true }))
  return path
}
