import type { PaperTool } from './paper.ts'

/** A paper tool in the middle of whose first call something else happens. */
export const during = (
  paper: PaperTool,
  call: 'push' | 'read' | 'erase',
  happens: () => Promise<unknown>,
): PaperTool => {
  const { push, read, erase } = paper.connector
  let happened = false
  const once = async (at: typeof call): Promise<void> => {
    if (at !== call || happened) return
    happened = true
    await happens()
  }
  return {
    ...paper,
    connector: {
      ...paper.connector,
      push: async (...args) => {
        await once('push')
        return push === undefined ? [] : push(...args)
      },
      read: async (...args) => {
        await once('read')
        return read === undefined ? new Map() : read(...args)
      },
      erase: async (...args) => {
        await once('erase')
        return erase === undefined ? [] : erase(...args)
      },
    },
  }
}
