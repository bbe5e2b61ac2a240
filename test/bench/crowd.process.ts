import { z } from 'zod'
import { openSqlite } from '../../core/store/sqlite.ts'
import { answering } from './asked.ts'
import { fillCrowd } from './crowd.ts'

/** Fills a store and ends. */
const { BENCH_PATH, BENCH_PEOPLE, BENCH_REGISTRY, BENCH_NOW } = z
  .object({
    BENCH_PATH: z.string(),
    BENCH_PEOPLE: z.coerce.number(),
    BENCH_REGISTRY: z.string(),
    BENCH_NOW: z.coerce.number(),
  })
  .parse(process.env)
answering({ fill: () => fillCrowd(openSqlite(BENCH_PATH), BENCH_PEOPLE, JSON.parse(BENCH_REGISTRY), BENCH_NOW) })
