import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EISDIR: 'it is a folder',
  ENOTDIR: 'it is no folder',
  EACCES: 'this process may not read it',
}
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? String(error.code) : ''
  return reasons[code] ?? error.message
}
/** A read that may fail; `failed` says why, ready for a message. */
export type Read<T> = { readonly content: T } | { readonly failed: string }

const attempt = <T>(doing: string, read: () => T): Read<T> => {
  try {
    return { content: read() }
  } catch (error) {
    return { failed: `${doing}: ${reasonOf(error)}` }
  }
}

/** The text of a UTF-8 file. */
export const readText = (file: string): Read<string> => attempt(`reading ${file}`, () => readFileSync(file, 'utf8'))

/** The YAML files right in a folder, with the folder's path, in the order of their names. */
export const listYaml = (folder: string): Read<readonly string[]> =>
  attempt(`listing ${folder}`, () =>
    readdirSync(folder)
      .filter((name) => /\.ya?ml$/.test(name))
      .sort()
      .map((name) => join(folder, name)),
  )

export const exists = (file: string): boolean => existsSync(file)
