import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { lacking, lockfile, restricted, tied } from './lock.ts'

const lock = lockfile.parse(JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')))
const sample = (packages: Readonly<Record<string, object>>) => lockfile.parse({ packages })

describe('the lockfile', () => {
  it('lock: has every optional package that its own entries declare', () => {
    expect(lacking(lock)).toEqual([])
  })
  it('lock: names no registry', () => {
    expect(tied(lock)).toEqual([])
  })
  it('lock: everything that ships has a permissive licence', () => {
    expect(restricted(lock)).toEqual([])
  })
})

describe('the checker of the lockfile', () => {
  it('lock: finds a platform package that is not there', () => {
    const packages = { 'node_modules/a': { optionalDependencies: { '@a/linux': '1', '@a/mac': '1' } } }
    expect(lacking(sample({ ...packages, 'node_modules/x/node_modules/@a/linux': {} }))).toEqual([
      'node_modules/a -> @a/mac',
    ])
  })
  it("lock: finds a registry's address", () => {
    expect(tied(sample({ 'node_modules/a': { resolved: 'https://registry.example/a.tgz' } }))).toHaveLength(1)
  })
  it.each([
    { license: 'MIT', found: [] },
    { license: '(MIT OR GPL-3.0)', found: [] },
    { license: 'GPL-3.0', found: ['node_modules/a: GPL-3.0'] },
    { license: 'MIT AND MPL-2.0', found: ['node_modules/a: MIT AND MPL-2.0'] },
    { license: undefined, found: ['node_modules/a: none stated'] },
    { license: 'GPL-3.0', dev: true, found: [] },
  ])('lock: licence $license, only for development $dev: $found', ({ found, ...entry }) => {
    expect(restricted(sample({ '': {}, 'node_modules/a': entry }))).toEqual(found)
  })
})
