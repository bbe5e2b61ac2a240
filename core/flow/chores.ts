/** Work that nobody waits for, except who wants to know that it is done. */
export interface Chores {
  readonly add: (chore: () => Promise<unknown>) => void
  /** Resolves when none is left. */
  readonly done: () => Promise<void>
}

export const createChores = (failed: (error: unknown) => void): Chores => {
  const open = new Set<Promise<unknown>>()
  return {
    add: (chore) => {
      const ended = chore()
        .catch(failed)
        .finally(() => open.delete(ended))
      open.add(ended)
    },
    done: async () => {
      while (open.size > 0) await Promise.all(open)
    },
  }
}
