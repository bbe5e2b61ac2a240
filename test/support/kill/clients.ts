import { setTimeout as wait } from 'node:timers/promises'
import { chance, whole } from '../../../scripts/samples/chance.ts'
import { type Answered, ask } from '../ask.ts'
import { ingested } from '../wire.ts'
import type { Books } from './books.ts'
import { customersBy, type Deed } from './customers.ts'
import { adminKey } from './hub-process.ts'

const pauseMs = 15
/** Between two deeds of a client, at most: a hub that is only spoken to would never come to speak. */
const thinkMs = 40
/** Of the messages whose answer never came, so many are never sent again. */
const givesUp = 0.3

/** Several clients that never stop: what gets no answer is sent again under the same ids, until it is acknowledged, or never. */
export const openClients = (seed: number, count: number, books: Books) => {
  let url: string | null = null
  let paused = false
  let stopped = false
  let busy = 0
  const problems: string[] = []

  const post = async (path: string, json: unknown): Promise<Answered | null> => {
    if (url === null) return null
    try {
      return await ask(`${url}${path}`, { key: adminKey, json })
    } catch {
      return null
    }
  }
  const judge = ({ status, text, body }: Answered, deed: Deed): boolean => {
    if (status === 503) return false
    const refused = deed.kind === 'say' ? ingested.safeParse(body).data?.refused : []
    if (status !== 200 || refused === undefined || refused.length > 0)
      problems.push(`${deed.kind}: answered ${status} ${text.slice(0, 300)}`)
    return true
  }
  /** Resolves when the deed is answered, or given up. */
  const until = async (deed: Deed, mayGiveUp: () => boolean): Promise<void> => {
    while (!stopped) {
      const asked = url !== null
      const answer = await post(deed.kind === 'say' ? deed.path : '/v1/decide', deed.json)
      if (answer !== null && judge(answer, deed)) {
        if (deed.kind === 'say') books.acknowledge(deed.sent)
        return
      }
      if (asked && mayGiveUp()) {
        if (deed.kind === 'say') books.doubt(deed.sent)
        return
      }
      await wait(pauseMs)
    }
    if (deed.kind === 'say') books.doubt(deed.sent)
  }
  const client = async (index: number): Promise<void> => {
    const random = chance(seed * 1_000 + index)
    const customers = customersBy(random, `c${index}`, Date.now)
    while (!stopped) {
      if (paused) {
        await wait(pauseMs)
        continue
      }
      busy += 1
      await until(customers.deed(), () => random() < givesUp)
      busy -= 1
      await wait(whole(random, 0, thinkMs))
    }
  }
  const running = Array.from({ length: count }, (_, index) => client(index))
  return {
    problems,
    /** Where the hub is now; null: nowhere. */
    aim: (to: string | null) => {
      url = to
    },
    /** Resolves when nothing is under way. */
    pause: async () => {
      paused = true
      while (busy > 0) await wait(pauseMs)
    },
    resume: () => {
      paused = false
    },
    /** Does one deed more, to its end. */
    does: (deed: Deed) => until(deed, () => false),
    stop: async () => {
      stopped = true
      await Promise.all(running)
    },
  }
}
