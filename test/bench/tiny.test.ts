import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'

const cost = z.looseObject({
  bench: z.string(),
  case: z.string(),
  cpuUs: z.number().positive(),
  unit: z.string(),
  node: z.literal(process.version),
  rounds: z.number().positive(),
})
const figure = cost.extend({
  baseline: z.string(),
  baselineCpuUs: z.number().positive(),
  ratio: z.number().positive(),
})
const ending = '.bench.ts'
const benches = readdirSync(new URL('.', import.meta.url))
  .filter((file) => file.endsWith(ending))
  .map((file) => file.slice(0, -ending.length))
const runner = fileURLToPath(new URL('../../scripts/bench.mjs', import.meta.url))
const run = (...names: readonly string[]) =>
  promisify(execFile)(process.execPath, [runner, ...names], {
    env: { PATH: process.env.PATH, LEITSTERN_BENCH_SIZE: 'tiny' },
  })

describe('the benches', () => {
  let lines: readonly unknown[] = []
  beforeAll(async () => {
    const { stdout } = await run()
    lines = stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line))
  }, 300_000)

  it.each(benches)('bench: %s runs and tells its figures beside a baseline', (name) => {
    const own = z
      .array(cost)
      .parse(lines)
      .filter(({ bench }) => bench === name)
    expect(own.flatMap((line) => figure.safeParse(line).data ?? [])).not.toEqual([])
  })

  it('bench: one that is not there is named, with those that are', async () => {
    await expect(run('decode')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/decode: there is none; there are .*decide/),
    })
  })
})
