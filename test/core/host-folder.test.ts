import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { folderTransport } from '../../core/host/folder.ts'
import type { Transport } from '../../core/host/transport.ts'

let root = ''
let folder = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'leitstern-folder-'))
  folder = join(root, 'lists')
  mkdirSync(folder)
  writeFileSync(join(folder, 'leitstern.key'), 'open sesame\n')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

interface Asked {
  readonly method?: string
  readonly body?: unknown
  readonly key?: string
  readonly ifMatch?: string
  readonly at?: string
  readonly through?: Transport
}
const ask = async (
  path: string,
  { method = 'GET', body, key = 'open sesame', ifMatch, at = folder, through = folderTransport([root]) }: Asked = {},
) => {
  const answer = await through({
    method,
    baseUrl: pathToFileURL(at).href,
    path,
    headers: { authorization: `Bearer ${key}`, ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }) },
    body: body === undefined ? undefined : JSON.stringify(body),
    timeoutMs: 1_000,
    signal: new AbortController().signal,
  })
  return 'failed' in answer ? answer : { status: answer.status, json: JSON.parse(answer.text || 'null') }
}
const people = {
  columns: ['email', 'note'],
  rows: [{ email: 'ada@example.test', note: 'says "hi", twice\nand more ' }],
}

describe('a folder behind the door', () => {
  it.each(['contacts.csv', 'contacts.ndjson'])('keeps rows in %s, whatever they hold', async (file) => {
    expect(await ask(`/${file}`)).toMatchObject({ status: 404 })
    expect(await ask(`/${file}`, { method: 'PUT', body: people })).toMatchObject({ status: 200 })
    expect(await ask(`/${file}`)).toMatchObject({ status: 200, json: people })
    expect(readdirSync(folder).sort()).toEqual([file, 'leitstern.key'])
  })

  it('writes CSV that other programs read', async () => {
    await ask('/contacts.csv', { method: 'PUT', body: people })
    expect(readFileSync(join(folder, 'contacts.csv'), 'utf8')).toBe(
      'email,note\r\nada@example.test,"says ""hi"", twice\nand more "\r\n',
    )
  })

  it('refuses to write over what somebody else has written', async () => {
    const first = await ask('/contacts.csv', { method: 'PUT', body: people, ifMatch: 'none' })
    expect(first).toMatchObject({ status: 200 })
    expect(await ask('/contacts.csv', { method: 'PUT', body: people, ifMatch: 'none' })).toMatchObject({ status: 412 })
    const modified = 'json' in first ? first.json.modified : ''
    expect(await ask('/contacts.csv', { method: 'PUT', body: people, ifMatch: modified })).toMatchObject({
      status: 200,
    })
  })

  it('names its files, and itself by what it is', async () => {
    await ask('/b.csv', { method: 'PUT', body: people })
    writeFileSync(join(folder, 'notes.txt'), 'no rows')
    const listed = await ask('/')
    expect(listed).toMatchObject({ status: 200, json: { files: [{ name: 'b.csv' }] } })
    expect(await ask('/')).toEqual(listed)
  })

  it.each([
    ['the key is another', { key: 'other' }, { status: 401 }],
    ['the folder is not allowed', { through: folderTransport(['/nowhere']) }, { failed: 'forbidden' }],
    ['nothing is allowed', { through: folderTransport([]) }, { failed: 'forbidden' }],
  ])('stays shut when %s', async (_, asked, expected) => expect(await ask('/', asked)).toMatchObject(expected))

  it('stays shut when the key file is gone, as from a share that is not mounted', async () => {
    rmSync(join(folder, 'leitstern.key'))
    expect(await ask('/', { key: '' })).toMatchObject({ status: 401 })
  })

  it('stays shut when a link leads out of what is allowed', async () => {
    const inside = mkdtempSync(join(tmpdir(), 'leitstern-inside-'))
    symlinkSync(folder, join(inside, 'link'))
    expect(await ask('/', { at: join(inside, 'link'), through: folderTransport([inside]) })).toMatchObject({
      failed: 'forbidden',
    })
    rmSync(inside, { recursive: true })
  })

  it.each(['/..%2Fsecret.csv', '/leitstern.key', '/.hidden.csv', '/a%2Fb.csv', '/x.txt'])(
    'has no file %s',
    async (path) => {
      writeFileSync(join(root, 'secret.csv'), 'a\n')
      expect(await ask(path)).toMatchObject({ status: 404 })
      expect(await ask(path, { method: 'PUT', body: people })).toMatchObject({ status: 404 })
    },
  )

  it('neither reads nor names what only links to a file, or is a pipe', async () => {
    writeFileSync(join(root, 'secret.csv'), 'email\nada@example.test\n')
    symlinkSync(join(root, 'secret.csv'), join(folder, 'stolen.csv'))
    symlinkSync(join(root, 'gone.csv'), join(folder, 'dangling.csv'))
    execFileSync('mkfifo', [join(folder, 'pipe.csv')])
    expect(await ask('/')).toMatchObject({ status: 200, json: { files: [] } })
    for (const name of ['stolen', 'dangling', 'pipe']) expect(await ask(`/${name}.csv`)).toMatchObject({ status: 404 })
    expect(await ask('/stolen.csv', { method: 'PUT', body: people, ifMatch: 'none' })).toMatchObject({ status: 200 })
    expect(readFileSync(join(root, 'secret.csv'), 'utf8')).toBe('email\nada@example.test\n')
  })

  it('refuses what is no table, and keeps what there is', async () => {
    await ask('/contacts.csv', { method: 'PUT', body: people })
    expect(await ask('/contacts.csv', { method: 'PUT', body: { rows: 7 } })).toMatchObject({ status: 422 })
    expect(await ask('/contacts.csv')).toMatchObject({ json: people })
  })

  it('says that a file which cannot be read was not read', async () => {
    writeFileSync(join(folder, 'contacts.ndjson'), '{"a":')
    expect(await ask('/contacts.ndjson')).toMatchObject({ failed: 'unsent' })
  })
})
