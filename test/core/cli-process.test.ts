import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

const main = fileURLToPath(new URL('../../core/cli/main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'leitstern-process-'))
afterAll(() => rmSync(folder, { recursive: true }))

const profileYaml = 'identifiers: { userId: { limit: 1 } }\n'
const configured = (name: string, hubYaml: string): NodeJS.ProcessEnv => {
  const place = join(folder, name)
  mkdirSync(join(place, 'rules'), { recursive: true })
  writeFileSync(join(place, 'hub.yaml'), hubYaml)
  writeFileSync(join(place, 'profile.yaml'), profileYaml)
  writeFileSync(join(place, 'rules', 'rules.yaml'), 'segments: []\n')
  return { LEITSTERN_CONFIG: join(place, 'hub.yaml'), LEITSTERN_DATA: join(place, 'data'), PORT: '0' }
}

/** Runs `leitstern` as a process of its own; `heard` is told of each piece that it says. */
const leitstern = (
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  heard: (text: string, child: ChildProcess) => void = () => undefined,
) =>
  new Promise<{ code: number | null; said: string }>((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', main, ...argv], { env: { ...process.env, ...env } })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data) => {
        said += String(data)
        heard(said, child)
      })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, said }))
  })

describe('leitstern as a process', () => {
  it('exits with 2 for wrong usage', async () => {
    const { code, said } = await leitstern(['dance'], {})
    expect([code, said]).toEqual([2, expect.stringContaining("unknown command 'dance'")])
  })

  it('start with a config that is not fit names every problem and exits with 1', async () => {
    const env = configured('unfit', 'hub: { name: Test }\nstroe: x\nprofiel: y\n')
    const { code, said } = await leitstern(['start'], env)
    expect(code).toBe(1)
    expect(said).toMatch(/hub\.yaml:2:1 .*stroe[\s\S]*hub\.yaml:3:1 .*profiel/)
    expect(said).not.toContain('    at ')
  })

  it.each(['SIGTERM', 'SIGINT'] as const)('start runs until %s, then exits with 0', async (signal) => {
    const env = configured(signal, 'hub: { name: Test }\n')
    let asked = false
    const { code, said } = await leitstern(['start'], env, (text, child) => {
      if (asked || !text.includes('listens at')) return
      asked = true
      child.kill(signal)
    })
    expect([code, said]).toEqual([0, expect.stringContaining('Test: Leitstern listens at http://127.0.0.1:')])
  })
})
