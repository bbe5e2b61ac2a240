import type { Profile } from '../profile/profile.ts'
import { never, type RequestContext } from './program.ts'

/** A trait's value as conditions see it; null where there is none. */
export type Value = NonNullable<unknown> | null

/** A value as conditions see it: null for none, and for a list without elements. */
export const asValue = (value: unknown): Value => {
  if (!Array.isArray(value)) return value ?? null
  const elements: unknown[] = value.every(isThere) ? value : value.filter(isThere)
  return elements.length === 0 ? null : elements
}
const isThere = (value: unknown): boolean => value !== null && value !== undefined

/** One evaluation of one profile at one instant: what has been read so far, and when the first of it can change. */
export interface Frame {
  readonly profile: Profile
  readonly at: number
  readonly context: RequestContext | undefined
  readonly values: (Value | undefined)[]
  readonly verdicts: (boolean | undefined)[]
  until: number
}
/** A compiled condition: whether it holds. What it read lowers `frame.until`, so no verdict is allocated. */
export type Test = (frame: Frame) => boolean

/** Notes that something read in this evaluation can change at `instant` without new data. */
export const due = (frame: Frame, instant: number): void => {
  if (instant < frame.until) frame.until = instant
}

/** Whether the evaluation's instant lies in [start, end); the next edge is due. */
export const during = (frame: Frame, start: number, end: number): boolean => {
  if (frame.at < start) due(frame, start)
  else if (frame.at < end) due(frame, end)
  return start <= frame.at && frame.at < end
}

/** Names a computation and has it run once per frame: the same key gives the same slot. */
export interface Memo<V> {
  readonly once: (key: string, compute: (frame: Frame) => V) => (frame: Frame) => V
  readonly size: () => number
}

const createMemo = <V>(rowOf: (frame: Frame) => (V | undefined)[]): Memo<V> => {
  const readers = new Map<string, (frame: Frame) => V>()
  const once = (key: string, compute: (frame: Frame) => V) => {
    const known = readers.get(key)
    if (known !== undefined) return known
    const slot = readers.size
    const read = (frame: Frame): V => {
      const row = rowOf(frame)
      const kept = row[slot]
      if (kept !== undefined) return kept
      const value = compute(frame)
      row[slot] = value
      return value
    }
    readers.set(key, read)
    return read
  }
  return { once, size: () => readers.size }
}

/** The slots of a program: trait dictionary name -> slot, and shared test -> slot. */
export interface Slots {
  readonly values: Memo<Value>
  readonly verdicts: Memo<boolean>
  readonly frame: (profile: Profile, at: number, context?: RequestContext) => Frame
}
export const createSlots = (): Slots => {
  const values = createMemo<Value>((frame) => frame.values)
  const verdicts = createMemo<boolean>((frame) => frame.verdicts)
  const frame = (profile: Profile, at: number, context?: RequestContext): Frame => ({
    profile,
    at,
    context,
    values: [],
    verdicts: [],
    until: never,
  })
  return { values, verdicts, frame }
}
