import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import { lstat, open, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { contentOf, type Rows, rows, textFrom } from './rows.ts'
import type { Answer, Transport } from './transport.ts'

/** What a folder must hold so that it is the right one: a share that is not mounted is an empty folder, too. */
const keyFile = 'leitstern.key'
const written = z.object({ body: rows })

const answer = (status: number, value?: unknown): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  text: value === undefined ? '' : JSON.stringify(value),
})
const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')
const isAbsent = (error: unknown): boolean => codeOf(error) === 'ENOENT'
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** The folder itself, without links on the way, where it lies in one that is allowed. */
const folderAt = async (baseUrl: string, allowed: readonly string[]): Promise<string | null> => {
  const folder = await realpath(fileURLToPath(baseUrl))
  const roots = await Promise.all(allowed.map((root) => realpath(resolve(root)).catch(() => null)))
  const lies = (root: string | null) => root !== null && !relative(root, folder).startsWith('..')
  return roots.some(lies) ? folder : null
}

const isKeyed = async (folder: string, authorization = ''): Promise<boolean> => {
  const key = (await readFile(join(folder, keyFile), 'utf8').catch(() => '')).trim()
  return key !== '' && timingSafeEqual(digest(`Bearer ${key}`), digest(authorization))
}
/** Names one file right in the folder; `null`: it leads elsewhere, or is of a kind that holds no rows. */
const fileIn = (folder: string, path: string): string | null => {
  const name = decodeURIComponent(path.slice(1))
  return /^[\w.-]+\.(csv|ndjson)$/.test(name) && !name.startsWith('.') ? `${folder}${sep}${name}` : null
}

/** null: there is no file. A link may lead out of the folder, and a pipe would never end: they are none. */
const timeOf = async (file: string): Promise<string | null> => {
  const found = await lstat(file).catch(() => null)
  return found?.isFile() ? found.mtime.toISOString() : null
}
const modifiedOf = async (file: string): Promise<string> => {
  const modified = await timeOf(file)
  if (modified === null) throw Object.assign(new Error(`${file} is not there, or no file`), { code: 'ENOENT' })
  return modified
}

const list = async (folder: string): Promise<Answer> => {
  const { dev, ino, birthtimeMs } = await stat(folder, { bigint: false })
  const names = (await readdir(folder)).filter((name) => fileIn(folder, `/${name}`) !== null).sort()
  const found = await Promise.all(names.map(async (name) => ({ name, modified: await timeOf(join(folder, name)) })))
  const files = found.filter(({ modified }) => modified !== null)
  return answer(200, { id: `${dev}-${ino}-${Math.round(birthtimeMs)}`, files })
}

const read = async (file: string): Promise<Answer> => {
  const modified = await modifiedOf(file)
  return answer(200, { modified, ...contentOf(file, await readFile(file, 'utf8')) })
}

/** All of it or nothing, on the disk before the answer goes out (rename is atomic within a file system). */
const replace = async (file: string, content: Rows): Promise<void> => {
  const beside = `${file}.${randomUUID()}`
  try {
    const handle = await open(beside, 'wx', 0o640)
    try {
      await handle.writeFile(textFrom(file, content))
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(beside, file)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}
const write = async (file: string, content: unknown, ifMatch: string | undefined): Promise<Answer> => {
  const given = written.safeParse({ body: content })
  if (!given.success) return answer(422, { detail: z.prettifyError(given.error) })
  const before = await modifiedOf(file).catch(() => 'none')
  if (ifMatch !== undefined && ifMatch !== before) return answer(412, { detail: `the file is of ${before}` })
  await replace(file, given.data.body)
  return answer(200, { modified: await modifiedOf(file) })
}

/**
 * A folder on this machine behind the same door as every tool: GET / lists its .csv and .ndjson files, GET /name and PUT /name
 * read and replace one as rows; PUT with If-Match (its last modification, `none` where there is no file) is refused with
 * 412 when somebody was faster. The bearer must be what its key file holds.
 */
export const folderTransport =
  (allowed: readonly string[]): Transport =>
  async ({ method, baseUrl, path, headers, body }) => {
    try {
      const folder = await folderAt(baseUrl, allowed)
      if (folder === null)
        return { failed: 'forbidden', reason: `${baseUrl} is not in hub.folders (${allowed.join(', ') || 'none'})` }
      if (!(await isKeyed(folder, headers.authorization)))
        return answer(401, { detail: `${keyFile} in the folder is missing or holds another key` })
      if (path === '/' && method === 'GET') return await list(folder)
      const file = fileIn(folder, path)
      if (file === null) return answer(404, { detail: 'no such file' })
      if (method === 'GET') return await read(file)
      if (method === 'PUT') return await write(file, JSON.parse(body ?? 'null'), headers['if-match'])
      return answer(405, { detail: method })
    } catch (error) {
      if (isAbsent(error)) return answer(404, { detail: 'no such file' })
      return {
        failed: method === 'GET' ? 'unsent' : 'lost',
        reason: error instanceof Error ? error.message : String(error),
      }
    }
  }
