import type { Store } from '../../core/store/port.ts'

/** One process of the hub, from its start until it is closed or killed at one of its crash points. */
export interface Life {
  /** A place where the process may die. From its death on no place is ever left again, so nothing of it goes on. */
  readonly point: (place: string) => Promise<void>
  /** Dies at the n-th point from now. */
  readonly doom: (points: number) => void
  /** Dies the next time it comes to this place. */
  readonly doomAt: (place: string) => void
  /** It dies of nothing that was foreseen until now. */
  readonly spare: () => void
  /** Where it died; never resolves for one that was closed. */
  readonly ended: Promise<string>
}
const forEver = new Promise<never>(() => {})

export const createLife = (): Life => {
  let left = Number.POSITIVE_INFINITY
  let fatal: string | null = null
  let dead = false
  let tell = (_place: string): void => {}
  const ended = new Promise<string>((resolve) => {
    tell = resolve
  })
  const kill = (place: string): void => {
    dead = true
    tell(place)
  }
  return {
    point: async (place) => {
      left -= 1
      if (!dead && (left <= 0 || place === fatal)) kill(place)
      if (dead) await forEver
    },
    doom: (points) => {
      left = points
    },
    doomAt: (place) => {
      fatal = place
    },
    spare: () => {
      left = Number.POSITIVE_INFINITY
      fatal = null
    },
    ended,
  }
}

/** A store as one life has it: the process may die before each call, and after it before it learns of the answer. */
export const mortal = (store: Store, life: Life): Store =>
  new Proxy(store, {
    get: (target, name) => {
      const call: unknown = Reflect.get(target, name)
      if (typeof call !== 'function' || name === 'contactsByProfile') return call
      if (name === 'close') return () => Promise.resolve()
      return async (...args: readonly unknown[]): Promise<unknown> => {
        await life.point(`before ${String(name)}`)
        const answer: unknown = await Reflect.apply(call, target, args)
        await life.point(`after ${String(name)}`)
        return answer
      }
    },
  })
