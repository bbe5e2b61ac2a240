import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { embeddedFile, storeSetting } from '../config/store-setting.ts'
import { copyFile, inspectFile } from '../store/alone.ts'
import type { Inspection } from '../store/integrity.ts'
import { type Restored, restoreFile } from '../store/restore.ts'

type Env = Readonly<Record<string, string | undefined>>

/** The store's file as a hub with this environment would open it. Throws where config names a store of another kind. */
export const storeFileOf = (env: Env): string => {
  const store = storeSetting(env.LEITSTERN_CONFIG ?? 'config/hub.yaml')
  const file = embeddedFile(store, resolve(env.LEITSTERN_DATA ?? 'data'))
  if (file === null)
    throw new Error(`finding the store: found "${store}", allowed sqlite:<path>; PostgreSQL is not built yet`)
  return file
}

/** Looks through the file of a store, or of a copy, that no hub works with. */
export const inspectStore = (path: string): Inspection => inspectFile(path)

/** Copies the store while no hub works with it. */
export const copyStore = async (env: Env, to: string): Promise<void> => {
  const path = storeFileOf(env)
  if (!existsSync(path))
    throw new Error(`copying the store ${path}: there is none, and no hub answers; set LEITSTERN_DATA or LEITSTERN_URL`)
  await copyFile(path, to)
}

/** Puts a copy in the store's place. */
export const restoreStore = (env: Env, copy: string, at: number): Restored => restoreFile(copy, storeFileOf(env), at)
