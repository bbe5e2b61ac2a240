import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Core } from './core.ts'
import type { Upkeep } from './operations.ts'
import { version } from './project.ts'

const outgoing = 'outgoing-'

/** Copies that a hub was asked for and did not come to hand out before it ended. */
const sweep = (folder: string): void => {
  for (const name of readdirSync(folder).filter((name) => name.startsWith(outgoing)))
    rmSync(join(folder, name), { recursive: true, force: true })
}

/** What keeps a hub going. Copies are made in the data folder, where there is room and nobody else may read; null: in the system's. */
export const createUpkeep = (core: Core, data: string | null): Upkeep => {
  if (data !== null) sweep(data)
  return {
    about: () => ({ version, node: process.versions.node, at: new Date(core.now()).toISOString() }),
    backup: async ({ name: actor }) => {
      const audit = [{ at: core.now(), actor, action: 'backup', subject: 'store', detail: {} }]
      await core.writer.run('settle', () => core.store.commit({ audit }))
      const folder = mkdtempSync(join(data ?? tmpdir(), outgoing))
      const discard = (): void => rmSync(folder, { recursive: true, force: true })
      try {
        const file = join(folder, 'leitstern.db')
        await core.store.backup(file)
        return { file, discard }
      } catch (error) {
        discard()
        throw error
      }
    },
  }
}
