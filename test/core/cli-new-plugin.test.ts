import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newConnectorCommand } from '../../core/cli/connectors-new.ts'
import { writePlugin } from '../../core/cli/new-plugin.ts'
import { importFaults, namingFaults } from '../house/import-rules.ts'
import { type SampleProject, sampleProject } from '../house/project.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const execute = promisify(execFile)

/** A project as an author of plugins has it, with no plugin yet. */
let project: SampleProject
beforeAll(() => {
  project = sampleProject()
  for (const name of [
    'core',
    'templates',
    'test/conformance',
    'test/support',
    'biome.json',
    'vitest.config.ts',
    '.gitignore',
  ])
    cpSync(join(root, name), join(project.folder, name), { recursive: true })
})
afterAll(() => project.remove())

/** Runs a package's program there; what it says where it finds something. */
const run = async (program: string, ...args: string[]): Promise<string> => {
  const file = join(project.folder, 'node_modules', program)
  const ran = execute(process.execPath, [file, ...args], {
    cwd: project.folder,
    env: { ...process.env, NO_COLOR: '1' },
  })
  return ran.then(
    ({ stdout }) => stdout,
    ({ stdout, stderr }: { stdout: string; stderr: string }) => Promise.reject(new Error(stdout + stderr)),
  )
}
const filesIn = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(join(project.folder, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => [`${folder}/${name}`, readFileSync(join(project.folder, folder, name), 'utf8')]),
  )

describe('a plugin that was just begun', () => {
  const names = ['x1', 'parcel-post', 'a-tool-with-quite-a-long-name']
  beforeAll(() => {
    for (const name of names) writePlugin({ project: project.folder, name, channel: 'sms' })
  })

  it('has a connector, its translation, its sandbox and its README, and nothing of the template in them', () => {
    for (const name of names) {
      const folder = join(project.folder, 'plugins', name)
      expect(readdirSync(folder).sort()).toEqual(['README.md', 'index.ts', 'map.ts', 'sandbox.ts'])
      for (const file of readdirSync(folder))
        expect(readFileSync(join(folder, file), 'utf8')).not.toMatch(/new.?(tool|channel)/i)
    }
  })

  it('passes the suite at once', { timeout: 120_000 }, async () => {
    const said = await run('vitest/vitest.mjs', 'run', 'test/conformance/conformance.test.ts', '--reporter=json')
    const { numPassedTests, numFailedTests } = JSON.parse(said)
    expect(numFailedTests).toBe(0)
    expect(numPassedTests).toBeGreaterThan(80 * names.length)
  })

  it('passes types and lint at once, whatever its name', { timeout: 120_000 }, async () => {
    writeFileSync(
      join(project.folder, 'tsconfig.plugins.json'),
      JSON.stringify({ extends: './tsconfig.json', include: ['plugins'] }),
    )
    await run('typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.plugins.json')
    await run('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', 'plugins')
  })

  it('keeps the rules of the house', () => {
    const files = new Map([...filesIn('core'), ...filesIn('plugins')])
    const faults = importFaults({ files, dependencies: ['zod'] }).filter(({ file }) => file.startsWith('plugins/'))
    expect([faults, namingFaults({ files, dependencies: [] })]).toEqual([[], []])
  })

  it('has the README that its manifest gives', { timeout: 60_000 }, async () => {
    const readme = (name: string) => readFileSync(join(project.folder, 'plugins', name, 'README.md'), 'utf8')
    const before = names.map(readme)
    mkdirSync(join(project.folder, 'config'), { recursive: true })
    await run('tsx/dist/cli.mjs', 'scripts/docs.ts')
    expect(names.map(readme)).toEqual(before)
    expect(before[1]).toContain('"${PARCEL_POST_API_KEY}"')
    expect(before[1]).toContain('# Parcel post')
  })
})

describe('beginning a plugin', () => {
  it('never overwrites one that is there', () => {
    const folder = join(project.folder, 'plugins', 'taken')
    mkdirSync(folder)
    writeFileSync(join(folder, 'index.ts'), 'mine')
    expect(() => writePlugin({ project: project.folder, name: 'taken', channel: 'sms' })).toThrow(/is there already/)
    expect(readdirSync(folder)).toEqual(['index.ts'])
    expect(readFileSync(join(folder, 'index.ts'), 'utf8')).toBe('mine')
  })

  const shell = {
    env: {},
    out: () => undefined,
    err: () => undefined,
    wait: async () => undefined,
    startHub: () => Promise.reject(new Error('no hub here')),
    restHub: () => Promise.reject(new Error('no hub here')),
    untilStopped: async () => undefined,
  }
  const unasked = () => Promise.reject(new Error('no hub is asked'))
  const call = {
    shell,
    hub: { get: unasked, post: unasked, delete: unasked, download: unasked },
    tell: () => undefined,
  }
  it.each(['', '../evil', 'a/b', 'Upper', 'under_score', '-x', 'x-', 'a--b', '1x', 'x.y', 'x'.repeat(31)])(
    'the name %j is wrong usage',
    async (name) => {
      const before = readdirSync(join(root, 'plugins'))
      await expect(newConnectorCommand.run({ name }, call)).rejects.toMatchObject({ name: 'ZodError' })
      expect(readdirSync(join(root, 'plugins'))).toEqual(before)
      expect(existsSync(join(root, 'evil'))).toBe(false)
    },
  )
})
