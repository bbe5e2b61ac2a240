import { watch } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { pick, type Random, whole } from '../../../scripts/samples/chance.ts'
import type { ToolProcess } from '../rough/tool-process.ts'
import type { HubProcess } from './hub-process.ts'

/** When a hub is killed: while it starts, some time later, while it writes its store, or while it writes to a tool. */
export type Moment =
  | { readonly kind: 'starting' | 'working'; readonly ms: number }
  | { readonly kind: 'commit' | 'send'; readonly nth: number; readonly ms: number }
const kinds = ['starting', 'working', 'commit', 'commit', 'send', 'send'] as const

export const momentBy = (random: Random): Moment => {
  const kind = pick(random, kinds)
  switch (kind) {
    case 'starting':
      return { kind, ms: whole(random, 50, 900) }
    case 'working':
      return { kind, ms: whole(random, 0, 800) }
    case 'commit':
      return { kind, nth: whole(random, 1, 40), ms: whole(random, 0, 3) }
    case 'send':
      return { kind, nth: whole(random, 1, 8), ms: whole(random, 0, 5) }
    default:
      return kind satisfies never
  }
}

const patienceMs = 2_500
/** Resolves at the n-th call of what it hands out, or when that never comes. */
const nthOf = async (nth: number, listen: (called: () => void) => () => void): Promise<void> => {
  let count = 0
  let close = () => {}
  const stop = new AbortController()
  const reached = new Promise<void>((resolve) => {
    close = listen(() => {
      count += 1
      if (count >= nth) resolve()
    })
  })
  await Promise.race([reached, wait(patienceMs, undefined, { signal: stop.signal })])
  stop.abort()
  close()
}

/** Resolves when the moment has come in the life of this hub. */
export const comes = async (
  moment: Moment,
  hub: HubProcess,
  data: string,
  tools: readonly ToolProcess[],
): Promise<void> => {
  if (moment.kind !== 'starting') await hub.listens
  if (moment.kind === 'commit')
    await nthOf(moment.nth, (called) => {
      const watcher = watch(data, (_, file) => file?.endsWith('-wal') && called())
      return () => watcher.close()
    })
  if (moment.kind === 'send')
    await nthOf(moment.nth, (called) => {
      const ends = tools.map((tool) => tool.onWrite(called))
      return () => {
        for (const end of ends) end()
      }
    })
  await wait(moment.ms)
}
