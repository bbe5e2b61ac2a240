import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('../../scripts/leitstern.mjs', import.meta.url))

/** `npx leitstern …` as a process of its own, under way. */
export const begin = (argv: readonly string[], env: Readonly<Record<string, string>>) => {
  const child = spawn(process.execPath, [script, ...argv], { env: { PATH: process.env.PATH, ...env } })
  const said = { out: '', err: '' }
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  child.stdout.on('data', (data) => {
    said.out += String(data)
  })
  child.stderr.on('data', (data) => {
    said.err += String(data)
  })
  return {
    /** What it has told until now. */
    said,
    /** Its exit code, in the end. */
    ended,
    /** Resolves when it says this, rejects when it ends without. */
    says: (text: string) =>
      new Promise<void>((resolve, reject) => {
        const listen = () => (said.out.includes(text) ? resolve() : undefined)
        child.stdout.on('data', listen)
        listen()
        ended.then((code) => reject(new Error(`it ended with ${code}, without "${text}": ${said.err}`)), reject)
      }),
    stop: () => child.kill('SIGTERM'),
    hangUp: () => child.kill('SIGHUP'),
    /** As a power cut would: it is told nothing. */
    kill: () => child.kill('SIGKILL'),
  }
}

/** The same, to its end. */
export const command = async (argv: readonly string[], env: Readonly<Record<string, string>>) => {
  const { said, ended } = begin(argv, env)
  return { code: await ended, ...said }
}
