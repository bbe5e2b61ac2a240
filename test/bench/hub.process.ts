import { startHub } from '../../core/hub.ts'
import { answering } from './asked.ts'

/** The hub as `npm start` runs it, in a process that is measured; with BENCH_NOW (epoch ms) on a clock set to that time. */
const { BENCH_NOW: set } = process.env
if (set !== undefined) {
  const real = Date.now
  const ahead = Number(set) - real()
  Date.now = () => real() + ahead
}
const hub = await startHub({ env: process.env, out: () => {} })
answering({ url: () => hub.url, now: () => Date.now() }, hub.close)
