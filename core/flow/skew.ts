import type { Context } from '../contract/connector.ts'
import type { Clock } from './clock.ts'

const secondMs = 1_000

/** A context that notes by how many seconds the tool's clock is ahead of ours, as the Date header of its answers tells; null: none told. */
export const timed = <S>(ctx: Context<S>, now: Clock) => {
  let skewS: number | null = null
  const http: Context<S>['http'] = async (call) => {
    const asked = now()
    const reply = await ctx.http(call)
    // The header tells whole seconds: half of one is what it leaves out on average.
    const stated = Date.parse(reply.headers.date ?? '') + secondMs / 2
    if (!Number.isNaN(stated)) skewS = Math.round((stated - (asked + now()) / 2) / secondMs)
    return reply
  }
  return { context: { ...ctx, http }, skewS: () => skewS }
}
