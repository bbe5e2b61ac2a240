import { mkdirSync, writeFileSync } from 'node:fs'
import { Session } from 'node:inspector'
import { join } from 'node:path'

/** Where CPU profiles go; undefined: none are made. */
const folder = process.env.LEITSTERN_BENCH_PROFILE

/** Most requests take less than the millisecond that a profiler waits unless told. */
const intervalUs = 100

/** In the measured process: a CPU profile of what is measured and of nothing else, one file for each measurement. */
export const createProfiling = (name: string) => {
  const session = new Session()
  let written = 0
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true })
    session.connect()
    session.post('Profiler.enable')
    session.post('Profiler.setSamplingInterval', { interval: intervalUs })
  }
  return {
    begin: (): void => {
      if (folder !== undefined) session.post('Profiler.start')
    },
    end: (): void => {
      if (folder === undefined) return
      session.post('Profiler.stop', (_, { profile }) => {
        written += 1
        writeFileSync(join(folder, `${name}-${process.pid}-${written}.cpuprofile`), JSON.stringify(profile))
      })
    },
  }
}
