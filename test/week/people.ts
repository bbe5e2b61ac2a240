import { type Chance, chanceOf } from '../simulation/chance.ts'

type Message = Record<string, unknown>
/** What is said at one instant. */
export interface Burst {
  readonly at: number
  readonly messages: readonly Message[]
}
export interface Traffic {
  readonly seed: number
  readonly customers: number
  /** Whom a tool refuses, each a customer like any other. */
  readonly poison: readonly string[]
  readonly from: number
  readonly to: number
}

export const emailOf = (customer: number): string => `c${customer}@week.example`
const everyMs = 15 * 60_000
/** Everybody comes in the first quarter of the time. */
const arrival = 0.25
const buys = 0.5

const identify = (userId: string, email: string, plan: string): Message => ({
  type: 'identify',
  messageId: `${userId} ${plan}`,
  userId,
  traits: { email, plan },
})
const order = (userId: string): Message => ({
  type: 'track',
  messageId: `${userId} order`,
  userId,
  event: 'Order Completed',
  properties: { order_id: `order of ${userId}`, revenue: 20 },
})

/** Comes, changes once more in the time, and half of all buy something. */
const lifeOf = (chance: Chance, userId: string, email: string, steps: number): readonly [number, Message][] => {
  const comes = chance.int(0, Math.floor(steps * arrival))
  const later = () => chance.int(comes + 1, steps - 1)
  return [
    [comes, identify(userId, email, 'first')],
    [later(), identify(userId, email, 'second')],
    ...(chance.often(buys) ? [[later(), order(userId)] as const satisfies [number, Message]] : []),
  ]
}

/** What everybody says, quarter of an hour by quarter of an hour. */
export const trafficOf = ({ seed, customers, poison, from, to }: Traffic): readonly Burst[] => {
  const chance = chanceOf(seed)
  const steps = Math.floor((to - from) / everyMs)
  const said = Array.from({ length: steps }, (): Message[] => [])
  const addresses = [...Array.from({ length: customers }, (_, customer) => emailOf(customer)), ...poison]
  for (const [customer, email] of addresses.entries())
    for (const [step, message] of lifeOf(chance, `u${customer}`, email, steps)) said[step]?.push(message)
  return said.map((messages, step) => ({ at: from + step * everyMs, messages }))
}
