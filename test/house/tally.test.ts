import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type SampleProject, sampleProject } from './project.ts'

let project: SampleProject
beforeEach(() => {
  project = sampleProject()
})
afterEach(() => project.remove())

it('tally: counts passed and failed tests, files that cannot run, and names what was skipped and why', () => {
  const sample = `import { expect, it } from 'vitest'
    it('adds', () => expect(1 + 1).toBe(2))
    it('is wrong', () => expect(1).toBe(2))
    it('needs a browser', (context) => context.skip('there is no browser here'))
    it.skip('is left out', () => {})`
  project.write('test/a.test.ts', sample)
  project.write('test/b.test.ts', "throw new Error('cannot be loaded')")
  const file = join(project.folder, 'tally.json')
  const vitest = join(project.folder, 'node_modules/vitest/vitest.mjs')
  const args = ['run', '--root', project.folder, `--reporter=${join(project.folder, 'scripts/tally.mjs')}`]
  spawnSync(process.execPath, [vitest, ...args], {
    cwd: project.folder,
    env: { ...process.env, LEITSTERN_TALLY: file },
    encoding: 'utf8',
  })
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    passed: 1,
    failed: 2,
    skipped: [
      { name: 'test/a.test.ts: needs a browser', reason: 'there is no browser here' },
      { name: 'test/a.test.ts: is left out', reason: 'no reason given' },
    ],
  })
})
