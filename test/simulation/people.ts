import type { Chance } from './chance.ts'

const dayMs = 86_400_000
const people = 6
export const emailOf = (person: number): string => `p${person}@x.test`
export const userOf = (person: number): string => `user-${person}`
const deviceOf = (device: number): string => `device-${device}`

export type Body = Readonly<Record<string, unknown>>
/** People and their devices, and what their messages say. Names and values are nobody else's, so that a trace of them can be told. */
export interface People {
  readonly someone: () => number
  readonly message: (now: number) => Body
  readonly consent: (person: number, granted: boolean, at: number) => Body
}

export const createPeople = (chance: Chance): People => {
  let serial = 0
  const someone = () => chance.int(0, people - 1)
  const named = () => `m${++serial}`
  const sometimesLate = (now: number): number => now - (chance.often(0.5) ? 0 : chance.int(0, 70 * 24) * (dayMs / 24))
  const base = (person: number, at: number) => ({
    messageId: named(),
    userId: userOf(person),
    timestamp: new Date(at).toISOString(),
  })
  /** Mostly their own; sometimes somebody else's, or one that no tool takes. */
  const addressOf = (person: number) =>
    chance.often(0.05) ? `refused${person}@x.test` : emailOf(chance.often(0.9) ? person : someone())
  const traits = (person: number, at: number) => ({
    ...(chance.often(0.8) ? { email: addressOf(person) } : {}),
    ...(chance.often(0.5) ? { firstName: `Name-${person}-${chance.int(1, 3)}` } : {}),
    ...(chance.often(0.4) ? { country: chance.pick(['DE', 'FR', 'GB']) } : {}),
    ...(chance.often(0.3) ? { locale: chance.pick(['de-DE', 'en-GB']) } : {}),
    ...(chance.often(0.4) ? { subscription: { endsAt: new Date(at + chance.int(-5, 40) * dayMs).toISOString() } } : {}),
  })
  const consents = () => (chance.often(0.6) ? { consent: { categoryPreferences: { email: chance.often(0.8) } } } : {})
  const kinds: readonly ((now: number) => Body)[] = [
    (now) => {
      const person = someone()
      return { ...base(person, sometimesLate(now)), type: 'identify', traits: traits(person, now), context: consents() }
    },
    (now) => {
      const person = someone()
      return { ...base(person, now), type: 'identify', traits: traits(person, now), context: consents() }
    },
    (now) => {
      const at = sometimesLate(now)
      const properties = { total: chance.int(1, 99), products: [{ sku: 'S1', category: 'a', price: 1 }] }
      return { ...base(someone(), at), type: 'track', event: 'Order Completed', properties }
    },
    (now) => ({ ...base(someone(), now), type: 'page', name: 'Home', anonymousId: deviceOf(chance.int(0, 4)) }),
    (now) => ({
      messageId: named(),
      type: 'track',
      event: 'Order Completed',
      anonymousId: deviceOf(chance.int(0, 4)),
      timestamp: new Date(sometimesLate(now)).toISOString(),
      properties: { total: 5 },
    }),
    (now) => ({ ...base(someone(), now), type: 'screen', name: 'Basket', properties: {} }),
    (now) => ({ ...base(someone(), now), type: 'group', groupId: 'g1', traits: { name: 'A company' } }),
    (now) => ({ ...base(someone(), now), type: 'alias', previousId: deviceOf(chance.int(0, 4)) }),
  ]
  return {
    someone,
    message: (now) => chance.pick(kinds)(now),
    consent: (person, granted, at) => ({
      ...base(person, at),
      type: 'identify',
      traits: {},
      context: { consent: { categoryPreferences: { email: granted } } },
    }),
  }
}
