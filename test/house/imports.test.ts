import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { cycleFaults, type Fault, importFaults, namingFaults, type Project } from './import-rules.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const manifest = z.object({ dependencies: z.record(z.string(), z.string()) })
const sources = ['core', 'plugins', 'scripts', 'test'].flatMap((folder) =>
  readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`),
)
const project: Project = {
  files: new Map(sources.map((file) => [file, readFileSync(`${root}${file}`, 'utf8')])),
  dependencies: Object.keys(manifest.parse(JSON.parse(readFileSync(`${root}package.json`, 'utf8'))).dependencies),
}

const text = ({ file, line, message }: Fault): string => `${file}:${line} ${message}`
const sample = (files: Readonly<Record<string, string>>): Project => ({
  files: new Map(Object.entries(files)),
  dependencies: ['zod', 'axios', 'express', 'node-cron', 'better-sqlite3', 'yaml'],
})

describe('the house', () => {
  it('imports: every import keeps the rules', () => {
    expect(importFaults(project).map(text)).toEqual([])
  })
  it('imports: no file imports itself over others, types included', () => {
    expect(cycleFaults(project).map(text)).toEqual([])
  })
  it('imports: core names no plugin', () => {
    expect(namingFaults(project).map(text)).toEqual([])
  })
})

const allowed: readonly { name: string; files: Readonly<Record<string, string>> }[] = [
  { name: 'a lower part', files: { 'core/rules/a.ts': "import '../profile/b.ts'", 'core/profile/b.ts': '' } },
  { name: 'zod and hashing in a plugin', files: { 'plugins/x/map.ts': "import 'zod'\nimport 'node:crypto'" } },
  {
    name: "the contract's words for sandboxes in a plugin",
    files: { 'plugins/x/index.ts': "import '../../core/contract/sandbox.ts'", 'core/contract/sandbox.ts': '' },
  },
  {
    name: 'the own sandbox in a test',
    files: { 'test/a.test.ts': "import '../plugins/x/sandbox.ts'", 'plugins/x/sandbox.ts': '' },
  },
  { name: 'the catalogue, which looks for plugins', files: { 'core/host/catalogue.ts': 'await import(url)' } },
  { name: 'cron in the schedule', files: { 'core/flow/schedule.ts': "import cron from 'node-cron'" } },
  { name: 'a plugin named as a source', files: { 'core/a/b.ts': '/** As x does. */', 'plugins/x/index.ts': '' } },
  {
    name: 'a text that only looks like an import',
    files: { 'core/cli/a.ts': "const names = ['import', 'hub import', 'x']" },
  },
  {
    name: 'a text that only looks like a comment',
    files: { 'plugins/x/index.ts': "const p = 'lists/*'\nimport 'zod'" },
  },
]

const damaged: readonly { name: string; files: Readonly<Record<string, string>>; fault: string }[] = [
  {
    name: 'a pure part that imports a later one',
    files: { 'core/rules/a.ts': "\nimport type { B } from '../store/b.ts'", 'core/store/b.ts': '' },
    fault: 'core/rules/a.ts:2 imports core/store/b.ts: core/rules may import core/contract, core/profile',
  },
  {
    name: 'a contract that imports anything of core',
    files: { 'core/contract/a.ts': "export * from '../profile/b.ts'", 'core/profile/b.ts': '' },
    fault: 'core/contract/a.ts:1 imports core/profile/b.ts: core/contract may import nothing else',
  },
  {
    name: 'a host that reaches into the flow, by a dynamic import',
    files: { 'core/host/a.ts': "const b = await import('../flow/b.ts')", 'core/flow/b.ts': '' },
    fault: 'core/host/a.ts:1 imports core/flow/b.ts: core/host may import core/contract, core/deliver',
  },
  {
    name: 'a plugin that imports more of core than the contract',
    files: { 'plugins/x/map.ts': "import {\n  b,\n} from '../../core/profile/b.ts'", 'core/profile/b.ts': '' },
    fault: 'plugins/x/map.ts:3 imports core/profile/b.ts: plugins may import core/contract',
  },
  {
    name: 'a browser client that imports anything of core',
    files: { 'core/sdk/a.ts': "import type { B } from '../contract/b.ts'", 'core/contract/b.ts': '' },
    fault: 'core/sdk/a.ts:1 imports core/contract/b.ts: core/sdk may import nothing else',
  },
  {
    name: 'a plugin that imports another',
    files: { 'plugins/x/map.ts': "import '../y/map.ts'", 'plugins/y/map.ts': '' },
    fault: 'plugins/x/map.ts:1 imports plugins/y/map.ts: a plugin never imports another',
  },
  {
    name: 'a connector that imports its sandbox',
    files: { 'plugins/x/index.ts': "import './sandbox.ts'", 'plugins/x/sandbox.ts': '' },
    fault: 'plugins/x/index.ts:1 imports plugins/x/sandbox.ts: the real connector never needs its sandbox',
  },
  {
    name: 'a translation that imports the sandbox',
    files: { 'plugins/x/map.ts': "import './sandbox.ts'", 'plugins/x/sandbox.ts': '' },
    fault: 'plugins/x/map.ts:1 imports plugins/x/sandbox.ts: the real connector never needs its sandbox',
  },
  {
    name: 'shipping code that imports a test',
    files: { 'core/flow/a.ts': "import '../../test/b.ts'", 'test/b.ts': '' },
    fault: 'core/flow/a.ts:1 imports test/b.ts: what ships imports neither tests nor scripts',
  },
  {
    name: 'a plugin that imports a script',
    files: { 'plugins/x/index.ts': "import '../../scripts/b.ts'", 'scripts/b.ts': '' },
    fault: 'plugins/x/index.ts:1 imports scripts/b.ts: what ships imports neither tests nor scripts',
  },
  {
    name: 'a package outside of its part',
    files: { 'core/flow/a.ts': "import axios from 'axios'" },
    fault: 'core/flow/a.ts:1 imports axios: only core/host/ may',
  },
  {
    name: 'a package in a plugin',
    files: { 'plugins/x/index.ts': 'import axios from "axios"' },
    fault: 'plugins/x/index.ts:1 imports axios: only core/host/ may',
  },
  {
    name: 'cron outside of the schedule',
    files: { 'core/flow/other.ts': "import cron from 'node-cron'" },
    fault: 'core/flow/other.ts:1 imports node-cron: only core/flow/schedule.ts may',
  },
  {
    name: 'a path inside of a package',
    files: { 'core/api/a.ts': "import type { D } from 'better-sqlite3/lib/database'" },
    fault: 'core/api/a.ts:1 imports better-sqlite3: only core/store/ may',
  },
  {
    name: 'a package without a rule',
    files: { 'core/api/a.ts': "import _ from '@scope/thing/part'" },
    fault: 'core/api/a.ts:1 imports @scope/thing: say in test/house/import-rules.ts which files may',
  },
  {
    name: 'a package that does not ship',
    files: { 'core/cli/a.ts': "import 'commander'" },
    fault: 'core/cli/a.ts:1 imports commander: it is not among the dependencies that ship',
  },
  {
    name: 'I/O in a pure part',
    files: { 'core/decide/a.ts': "import { readFileSync } from 'node:fs'" },
    fault: 'core/decide/a.ts:1 imports node:fs: core/decide has no I/O',
  },
  {
    name: 'I/O in a plugin',
    files: { 'plugins/x/map.ts': "import http from 'http'" },
    fault: 'plugins/x/map.ts:1 imports http: plugins has no I/O',
  },
  {
    name: 'an import that nobody can check',
    files: { 'core/api/a.ts': 'await import(`../${name}.ts`)' },
    fault: 'core/api/a.ts:1 imports what is only known at run time',
  },
  {
    name: 'a file without its ending',
    files: { 'core/api/a.ts': "import './b'", 'core/api/b.ts': '' },
    fault: 'core/api/a.ts:1 imports ./b: there is no such file',
  },
  {
    name: 'a folder without a rule',
    files: { 'core/lib/a.ts': "import '../contract/b.ts'", 'core/contract/b.ts': '' },
    fault: 'core/lib/a.ts:1 stands in core/lib, which has no rule',
  },
  {
    name: 'a ring of three files, one link a type',
    files: {
      'core/api/a.ts': "import type { B } from './b.ts'",
      'core/api/b.ts': "import './c.ts'",
      'core/api/c.ts': "export { a } from './a.ts'",
    },
    fault: 'core/api/a.ts:1 imports itself: core/api/a.ts -> core/api/b.ts -> core/api/c.ts -> core/api/a.ts',
  },
  {
    name: 'core that names a plugin',
    files: { 'core/api/a.ts': "\nif (use === 'xyz') {}", 'plugins/xyz/index.ts': '' },
    fault: 'core/api/a.ts:2 names the plugin xyz',
  },
]

describe('the checker of the house', () => {
  const faults = (files: Readonly<Record<string, string>>) =>
    [importFaults, cycleFaults, namingFaults].flatMap((check) => check(sample(files)).map(text))

  it.each(allowed)('imports: allows $name', ({ files }) => {
    expect(faults(files)).toEqual([])
  })
  it.each(damaged)('imports: refuses $name', ({ files, fault }) => {
    expect(faults(files)).toEqual([expect.stringContaining(fault)])
  })
})
