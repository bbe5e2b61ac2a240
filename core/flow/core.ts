import type { Store } from '../store/port.ts'
import type { Basis } from './basis.ts'
import type { Clock } from './clock.ts'
import type { Walk } from './walk.ts'
import type { Writer } from './writer.ts'

/** A line of the hub's own log: a constant message, fields beside it, no personal data. */
export interface Log {
  readonly info: (fields: Readonly<Record<string, unknown>>, message: string) => void
  readonly warn: (fields: Readonly<Record<string, unknown>>, message: string) => void
  readonly error: (fields: Readonly<Record<string, unknown>>, message: string) => void
}

/** What every part of the flow works with. */
export interface Core {
  readonly store: Store
  readonly writer: Writer
  readonly now: Clock
  /** When this process began with the store. */
  readonly openedAt: number
  /** In [0, 1): for jitter only. */
  readonly chance: () => number
  readonly basis: () => Basis
  readonly walk: Walk
  /** Told after every commit that may have made contacts dirty or profiles due. */
  readonly committed: () => void
  readonly log: Log
}
