import type { ContactState } from '../deliver/contact.ts'
import { isUnknown } from '../deliver/parcel.ts'
import type { Core } from './core.ts'
import type { Tool } from './tool.ts'

/** What a process that has died may still have on its way to a tool. */
export interface OnItsWay {
  /** From then on there is nothing any more. */
  readonly until: number
  /** Whether something may reach this contact yet. */
  readonly may: (state: ContactState) => boolean
  /** What comes of these is of this process. */
  readonly noteSent: (nodes: readonly string[]) => void
}

/**
 * What a process has sent last may reach the tool after the next process has begun, within the time-out of a request. So
 * long nothing is concluded about a contact with an open outcome: what the tool shows, or is told, may be overtaken.
 */
export const onItsWay = (core: Pick<Core, 'now' | 'openedAt'>, { limits }: Pick<Tool, 'limits'>): OnItsWay => {
  const until = core.openedAt + limits.timeoutMs
  const ours = new Set<string>()
  return {
    until,
    may: (state) => core.now() < until && isUnknown(state) && !ours.has(state.node),
    noteSent: (nodes) => {
      if (core.now() < until) for (const node of nodes) ours.add(node)
    },
  }
}
