import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** A folder of its own with this project's scripts and settings, its packages, and no sources but those that are written. */
export interface SampleProject {
  readonly folder: string
  readonly write: (file: string, content: string) => void
  readonly remove: () => void
}

export const sampleProject = (): SampleProject => {
  const folder = mkdtempSync(join(tmpdir(), 'leitstern-project-'))
  const shared = ['scripts', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json']
  for (const name of shared) cpSync(join(root, name), join(folder, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const write = (file: string, content: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), content)
  }
  return { folder, write, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
