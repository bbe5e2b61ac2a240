import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Watching, watchFiles } from '../../../core/flow/watching.ts'

let folder: string
let watching: Watching
let told = 0
const everyMs = 1_000
const at = (name: string) => join(folder, name)
const looks = (count: number) => vi.advanceTimersByTimeAsync(count * everyMs)
const begin = () => {
  watching = watchFiles(() => [at('a.yaml'), at('rules'), at('missing.yaml')], everyMs)
  watching.begin(async () => {
    told += 1
  })
}
beforeEach(() => {
  vi.useFakeTimers()
  folder = mkdtempSync(join(tmpdir(), 'leitstern-watch-'))
  mkdirSync(at('rules'))
  writeFileSync(at('a.yaml'), 'a: 1')
  told = 0
  begin()
})
afterEach(() => {
  watching.stop()
  vi.useRealTimers()
  rmSync(folder, { recursive: true })
})

const changes: readonly (readonly [string, () => void])[] = [
  ['a file that is written over', () => writeFileSync(at('a.yaml'), 'a: 2')],
  [
    'a file that another one is put in the place of',
    () => {
      writeFileSync(at('b'), 'a: 2')
      renameSync(at('b'), at('a.yaml'))
    },
  ],
  ['a file that is gone', () => rmSync(at('a.yaml'))],
  ['a file that was missing', () => writeFileSync(at('missing.yaml'), 'b: 1')],
  ['a new file in a folder', () => writeFileSync(at('rules/one.yaml'), '')],
]
describe('watching files', () => {
  it.each(changes)('tells once of %s', async (_, change) => {
    await looks(3)
    expect(told).toBe(0)
    change()
    await looks(5)
    expect(told).toBe(1)
  })

  it('says nothing of a file that is only touched', async () => {
    utimesSync(at('a.yaml'), 1, 1)
    await looks(5)
    expect(told).toBe(0)
  })

  it('waits while a file is still being written', async () => {
    for (let part = 0; part < 5; part++) {
      writeFileSync(at('a.yaml'), 'a: '.repeat(part + 2))
      await looks(1)
    }
    expect(told).toBe(0)
    await looks(2)
    expect(told).toBe(1)
  })

  it('tells of a change that was undone, and done again', async () => {
    writeFileSync(at('a.yaml'), 'a: 2')
    await looks(2)
    writeFileSync(at('a.yaml'), 'a: 1')
    await looks(2)
    expect(told).toBe(2)
  })

  it('says nothing any more once it is stopped', async () => {
    watching.stop()
    writeFileSync(at('a.yaml'), 'a: 2')
    await looks(5)
    expect(told).toBe(0)
  })
})
