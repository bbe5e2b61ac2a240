/** A way that many may take at once, and that one can have alone: whoever comes meanwhile waits until it is free again. */
export interface Passage {
  readonly through: <T>(job: () => Promise<T>) => Promise<T>
  /** Begins when everybody who was on the way has left it. A job must not go through itself: it would wait for itself. */
  readonly alone: <T>(job: () => Promise<T>) => Promise<T>
}

export const createPassage = (): Passage => {
  let inside = 0
  let closed: Promise<void> | null = null
  let left = () => {}
  return {
    through: async (job) => {
      // Looked at and entered in one go: no wait where the way is free.
      while (closed !== null) await closed
      inside += 1
      try {
        return await job()
      } finally {
        inside -= 1
        if (inside === 0) left()
      }
    },
    alone: async (job) => {
      while (closed !== null) await closed
      let reopen = () => {}
      closed = new Promise((resolve) => {
        reopen = resolve
      })
      try {
        if (inside > 0)
          await new Promise<void>((resolve) => {
            left = resolve
          })
        return await job()
      } finally {
        closed = null
        reopen()
      }
    },
  }
}
