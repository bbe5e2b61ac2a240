import { durationMs } from '../profile/settings.ts'
import { never } from '../rules/program.ts'
import type { Offer } from '../rules/registry.ts'

/** How often an offer was decided: a decision is the reservation that a cap counts. */
export interface Uses {
  /** When this customer was given the offer, in any slot; epoch milliseconds. */
  readonly ofCustomer: (offer: string) => readonly number[]
  /** How many decisions there were for it, over all customers. */
  readonly total: (offer: string) => number
}
export interface Allowance {
  readonly allowed: boolean
  /** When a full cap has room again. */
  readonly until: number
}

/** Whether an offer may be given once more at `at`. Windows are `(at - within, at]`. */
export const allowance = (offer: Offer, uses: Uses, at: number): Allowance => {
  const { perCustomer, total } = offer.limits ?? {}
  if (total !== undefined && uses.total(offer.key) >= total) return { allowed: false, until: never }
  if (perCustomer === undefined) return { allowed: true, until: never }
  const within = durationMs(perCustomer.within)
  const inside = uses
    .ofCustomer(offer.key)
    .filter((given) => given > at - within && given <= at)
    .sort((a, b) => a - b)
  const blocking = inside[inside.length - perCustomer.max]
  return blocking === undefined ? { allowed: true, until: never } : { allowed: false, until: blocking + within }
}
