import type { Rate } from '../contract/limits.ts'
import { type Budget, freeAt, noBudgetSpent, spend } from './budget.ts'

/** Of the vendor's rate this share is used: clocks differ, and a window of the vendor's may begin between two requests. */
const headroom = 0.97
/** Timers come late. What they lose, up to this much, is made up for; more would be a burst. */
const lateMs = 10
const slowestShare = 1 / 64
/** One throttled answer is seldom alone: those of one second count once, and a good second raises the share by a step. */
const [secondMs, step] = [1_000, 0.05]

/**
 * One rate at an instant: a value. The generic cell rate algorithm (ITU-T I.371), with the share of the vendor's rate that is
 * used adapted by additive increase and multiplicative decrease (Chiu and Jain, 1989).
 */
export interface Gate {
  /** When the next request would arrive if all came evenly, in milliseconds since 1970. */
  readonly arrival: number
  /** In (0, 1]. */
  readonly share: number
  /** When the share changed last. */
  readonly movedAt: number
  /** Nobody passes before; the vendor asked for it. */
  readonly closedUntil: number
  readonly spent: Budget
}

export const openGate: Gate = {
  arrival: Number.NEGATIVE_INFINITY,
  share: 1,
  movedAt: Number.NEGATIVE_INFINITY,
  closedUntil: Number.NEGATIVE_INFINITY,
  spent: noBudgetSpent,
}

const intervalMs = ({ perSecond }: Rate, { share }: Gate): number => 1_000 / (perSecond * headroom * share)
const arrivalAfter = (gate: Gate, rate: Rate, cost: number, now: number): number =>
  Math.max(gate.arrival, now - lateMs) + cost * intervalMs(rate, gate)

/** From when on a request of this cost may pass; `now` or earlier: at once. What costs more than a burst waits for a whole one. */
export const opensAt = (gate: Gate, rate: Rate, cost: number, now: number): number => {
  const allowance = Math.max(rate.burst ?? 1, cost) * intervalMs(rate, gate)
  const byRate = arrivalAfter(gate, rate, cost, now) - allowance
  const byDay = rate.perDay === undefined ? Number.NEGATIVE_INFINITY : freeAt(gate.spent, rate.perDay, cost, now)
  return Math.max(byRate, byDay, gate.closedUntil)
}

/** After a request has passed. */
export const passed = (gate: Gate, rate: Rate, cost: number, now: number): Gate => ({
  ...gate,
  arrival: arrivalAfter(gate, rate, cost, now),
  spent: rate.perDay === undefined ? gate.spent : spend(gate.spent, cost, now),
})

/** After the vendor has throttled us. */
export const slowed = (gate: Gate, now: number): Gate =>
  now - gate.movedAt < secondMs && gate.share < 1
    ? gate
    : { ...gate, share: Math.max(slowestShare, gate.share / 2), movedAt: now }

/** After the vendor has answered well. */
export const eased = (gate: Gate, now: number): Gate =>
  gate.share === 1 || now - gate.movedAt < secondMs
    ? gate
    : { ...gate, share: Math.min(1, gate.share + step), movedAt: now }

/** An earlier end never shortens a pause. */
export const closed = (gate: Gate, until: number): Gate => ({
  ...gate,
  closedUntil: Math.max(gate.closedUntil, until),
})
