import { createHash } from 'node:crypto'
import type { z } from 'zod'
import { type importProgress, notedProgress } from '../api/imports.ts'
import type { ImportInput } from '../flow/import-file.ts'
import { version } from '../flow/project.ts'
import type { Client } from './client.ts'

export type Progress = z.output<typeof importProgress>

/** What an import is known by: the file's content, all that says how it is read, and who reads. With other ones it starts over. */
const identityOf = (fingerprint: string, { settings, types }: ImportInput): string =>
  createHash('sha256')
    .update(JSON.stringify([version, fingerprint, settings, types]))
    .digest('hex')
    .slice(0, 32)

/** How far an import has come, as the hub keeps it. */
export const progressOf = (hub: Client, fingerprint: string, input: ImportInput) => {
  const path = `/v1/imports/${identityOf(fingerprint, input)}`
  return {
    /** Where it broke off; null: from the beginning. */
    before: async (): Promise<Progress | null> => (await hub.get(path, notedProgress)).progress,
    note: async (progress: Progress): Promise<void> => {
      await hub.post(path, notedProgress, progress)
    },
    forget: async (): Promise<void> => {
      await hub.delete(path, notedProgress)
    },
  }
}
