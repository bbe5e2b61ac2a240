import type { TimeFlag } from './message.ts'

/** Below this, the difference between sending and receiving is the network and not the clock. */
const latencyMs = 30_000
/** How far ahead of receipt an event may say it happened. */
const aheadMs = 300_000

/** A sender's times, epoch milliseconds; null where it did not say. */
export interface StatedTimes {
  readonly saidAt: number | null
  readonly sentAt: number | null
  readonly receivedAt: number
}

/**
 * When an event happened, by our clock. A sender whose clock is off was off by the same amount when the event happened:
 * receivedAt - (sentAt - saidAt), as Segment corrects it. What would lie in the future happened on receipt.
 */
export const eventTime = ({ saidAt, sentAt, receivedAt }: StatedTimes): { at: number; flag: TimeFlag | null } => {
  const skewMs = sentAt === null ? 0 : receivedAt - sentAt
  const skewed = saidAt !== null && Math.abs(skewMs) > latencyMs
  const at = (saidAt ?? receivedAt) + (skewed ? skewMs : 0)
  if (at > receivedAt + aheadMs) return { at: receivedAt, flag: 'future' }
  return { at, flag: skewed ? 'skewed' : null }
}
