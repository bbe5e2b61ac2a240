import { chance, pick, type Random, whole } from '../../scripts/samples/chance.ts'
import { traitsOf } from './rules.ts'

const categories = ['headphones', 'speakers', 'vinyl', 'turntables', 'cables']
/** As Segment's libraries send it along. */
const context = {
  library: { name: '@segment/analytics-node', version: '3.1.0' },
  ip: '203.0.113.7',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
}
const eventOf = (random: Random, id: string) => {
  const category = pick(random, categories)
  const price = whole(random, 5, 400)
  const kind = random()
  if (kind < 0.4) return { event: 'Page Viewed', properties: { path: `/c/${category}`, title: `All ${category}` } }
  if (kind < 0.8) return { event: 'Product Viewed', properties: { sku: `${category}-${price}`, category, price } }
  const products = [{ sku: `${category}-${price}`, category, price }]
  return { event: 'Order Completed', properties: { order_id: `o-${id}`, revenue: price, products } }
}

export type Sent = Readonly<Record<string, unknown>>
export interface Messages {
  readonly identify: (person: number) => Sent
  readonly track: (person: number) => Sent
  /**
   * One in five tells 32 traits, the others an event; one in ten is about somebody new. Where only so many are `active`,
   * four in five of the others are about one of them.
   */
  readonly mixed: (count: number, active?: number) => readonly Sent[]
}

export const userOf = (person: number): string => `user-${person}`

export const emailOf = (person: number): string => `${userOf(person)}@customers.example`

/** Messages about `people` known customers and ever new ones, the same for the same seed; `now` is when it happens. */
export const createMessages = (people: number, seed: number, now: () => number = Date.now): Messages => {
  const random = chance(seed)
  let sent = 0
  let strangers = people
  const envelope = (person: number) => {
    sent += 1
    const id = `${seed}-${String(sent).padStart(9, '0')}`
    return { messageId: `m-${id}`, userId: userOf(person), timestamp: new Date(now()).toISOString(), context }
  }
  const identify = (person: number): Sent => ({
    ...envelope(person),
    type: 'identify',
    traits: { email: emailOf(person), firstName: `Kim${person}`, ...traitsOf(random) },
  })
  const track = (person: number): Sent => {
    const head = envelope(person)
    return { ...head, type: 'track', ...eventOf(random, head.messageId) }
  }
  const anybody = (active: number): number => {
    if (random() < 0.1) return strangers++
    const among = active < people && random() < 0.8 ? active : people
    return whole(random, 0, among - 1)
  }
  return {
    identify,
    track,
    mixed: (count, active = people) =>
      Array.from({ length: count }, () => {
        const person = anybody(active)
        return random() < 0.2 ? identify(person) : track(person)
      }),
  }
}

/** Bodies of batch requests. */
export const batches = (messages: readonly Sent[], size: number): readonly string[] =>
  Array.from({ length: Math.ceil(messages.length / size) }, (_, index) =>
    JSON.stringify({
      batch: messages.slice(index * size, (index + 1) * size),
      sentAt: new Date().toISOString(),
    }),
  )
