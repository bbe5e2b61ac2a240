import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const data = mkdtempSync(join(tmpdir(), 'leitstern-'))
afterAll(() => rmSync(data, { recursive: true, force: true }))

const answers = (url: string) =>
  fetch(`${url}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  )

it('npm start: whoever stops npm stops the hub, though npm tells nobody', async () => {
  const env = { ...process.env, PORT: '0', LEITSTERN_DATA: data }
  const npm = spawn('npm', ['start'], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  for await (const chunk of npm.stdout) {
    said += chunk
    if (said.includes('listens at')) break
  }
  const url = /listens at (\S+)/.exec(said)?.[1] ?? ''
  expect(await answers(url)).toBe(true)
  expect((await fetch(`${url}/sdk/leitstern.js`)).status).toBe(200)
  npm.kill('SIGTERM')
  if (npm.exitCode === null && npm.signalCode === null) await once(npm, 'exit')
  for (let tries = 0; tries < 100 && (await answers(url)); tries++) await wait(200)
  expect(await answers(url)).toBe(false)
}, 60_000)
