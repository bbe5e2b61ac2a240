import { execFile } from 'node:child_process'
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type SampleProject, sampleProject } from './project.ts'

const execute = promisify(execFile)
let project: SampleProject
const run = (script: string, ...args: string[]) =>
  execute(process.execPath, [join(project.folder, script), ...args], { cwd: project.folder })
const builds = () => readdirSync(join(project.folder, '.build'))
const program = (says: string) =>
  `import { text } from './text.ts'\nconsole.log(text, '${says}', process.argv.at(-1))\n`

beforeEach(() => {
  project = sampleProject()
  project.write('core/cli/text.ts', "export const text: string = 'hub'\n")
  project.write('core/cli/main.ts', program('one'))
  project.write('plugins/x/index.ts', 'export default {}\n')
  project.write('core/sdk/tsconfig.json', '{ "extends": "../../tsconfig.json", "include": ["."], "exclude": [] }\n')
  project.write('core/sdk/text.ts', 'export const said = (name: string): string => `${name}!`\n')
  project.write(
    'core/sdk/main.ts',
    "import { said } from './text.ts'\n/** Said to pages. */\nconsole.log(said('page'))\n",
  )
})
afterEach(() => project.remove())

describe('the build', () => {
  it('build: the command builds what it runs, and runs it again without building', async () => {
    expect((await run('scripts/leitstern.mjs', 'check')).stdout).toBe('hub one check\n')
    const [name = ''] = builds()
    expect((await run('scripts/leitstern.mjs', 'plan')).stdout).toBe('hub one plan\n')
    expect(builds()).toEqual([name])
    expect(readlinkSync(join(project.folder, 'dist'))).toBe(join('.build', name))
  })

  it('build: several at once leave one whole build and the link to it', async () => {
    await Promise.all([1, 2, 3].map(() => run('scripts/build.mjs')))
    expect(builds()).toHaveLength(1)
    expect((await run('dist/core/cli/main.js')).stdout).toContain('hub one')
  })

  it('build: a change of the sources swaps the link, and sources that are no TypeScript change nothing', async () => {
    await run('scripts/build.mjs')
    project.write('core/cli/main.ts', program('two'))
    await run('scripts/build.mjs')
    expect((await run('dist/core/cli/main.js')).stdout).toContain('hub two')

    project.write('core/cli/main.ts', 'const = 1\n')
    await expect(run('scripts/build.mjs')).rejects.toThrow(/core[/]cli[/]main\.ts\(1,7\)/)
    expect((await run('dist/core/cli/main.js')).stdout).toContain('hub two')
    expect(builds()).toHaveLength(2)
  })

  it('build: of old builds the newest three stay', async () => {
    for (const says of ['a', 'b', 'c', 'd', 'e']) {
      project.write('core/cli/main.ts', program(says))
      await run('scripts/build.mjs')
    }
    expect(builds()).toHaveLength(3)
    expect((await run('dist/core/cli/main.js')).stdout).toContain('hub e')
  })

  it('build: a folder that stands where the link belongs gives way', async () => {
    project.write('dist/old.js', '')
    await run('scripts/build.mjs')
    expect(lstatSync(join(project.folder, 'dist')).isSymbolicLink()).toBe(true)
  })

  it('build: the browser client is one script of all its modules', async () => {
    await run('scripts/build.mjs')
    expect((await run('dist/core/sdk/leitstern.js')).stdout).toBe('page!\n')
    const script = readFileSync(join(project.folder, 'dist/core/sdk/leitstern.js'), 'utf8')
    expect(script).not.toMatch(/import|export|Said to pages/)
  })

  const unfit: readonly (readonly [string, string, RegExp])[] = [
    ['a package', "import { z } from 'zod'\nconsole.log(z)\n", /core[/]sdk[/]main\.ts: .*from 'zod'/],
    [
      'a name of its own',
      "import { said as b } from './text.ts'\nconsole.log(b)\n",
      /core[/]sdk[/]main\.ts: .*said as b/,
    ],
    ['a module for its effects alone', "import './text.ts'\nconsole.log(1)\n", /write it another way: import/],
    [
      'what another module declares',
      "import { said } from './text.ts'\nimport { b } from './b.ts'\nconsole.log(said, b)\n",
      /text\.ts and b\.ts both name something said/,
    ],
  ]
  it.each(unfit)('build: the browser client refuses %s', async (_, source, fault) => {
    project.write('core/sdk/b.ts', 'const said = 1\nexport const b = said\n')
    project.write('core/sdk/main.ts', source)
    await expect(run('scripts/build.mjs')).rejects.toThrow(fault)
    expect(builds()).toEqual([])
  })
})
