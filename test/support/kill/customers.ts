import { pick, type Random, whole } from '../../../scripts/samples/chance.ts'
import type { Sent } from './books.ts'

/** One request of a client: messages, or the question what to show somebody. */
export type Deed =
  | { readonly kind: 'say'; readonly path: string; readonly json: unknown; readonly sent: readonly Sent[] }
  | { readonly kind: 'decide'; readonly json: unknown }
interface Told extends Sent {
  readonly message: Readonly<Record<string, unknown>>
}
const users = Array.from({ length: 36 }, (_, index) => `u${index}`)
const browsers = 3
const browserOf = (user: string, random: Random) => `browser-${user}-${whole(random, 1, browsers)}`
const day = 86_400_000

/** What a shop's customers do, drawn from `random`. `name` keeps the ids of several clients apart; `now` in milliseconds. */
export const customersBy = (random: Random, name: string, now: () => number) => {
  let serial = 0
  const next = (kind: string) => `${kind}-${name}-${++serial}`
  const stamped = (sent: Sent, message: Readonly<Record<string, unknown>>): Told => ({
    ...sent,
    message: {
      messageId: sent.messageId,
      timestamp: new Date(now() - whole(random, 0, 10 * day)).toISOString(),
      ...message,
    },
  })
  const identify = (user: string, browser: string | null): Told =>
    stamped(
      { messageId: next('m'), order: null },
      {
        type: 'identify',
        userId: user,
        ...(browser === null ? {} : { anonymousId: browser }),
        traits: { email: `${user}@example.test`, plan: pick(random, ['basic', 'pro', 'plus']) },
        context: { consent: { categoryPreferences: { marketing: true } } },
      },
    )
  /** Reported once, or by web and shop alike: then it is one order in two messages. */
  const order = (user: string): readonly Told[] => {
    const placed = { id: next('o'), cents: whole(random, 1, 99_999) }
    const who = random() < 0.5 ? { userId: user } : { anonymousId: browserOf(user, random) }
    const properties = { order_id: placed.id, revenue: placed.cents / 100 }
    const report = () =>
      stamped({ messageId: next('m'), order: placed }, { type: 'track', event: 'Order Completed', ...who, properties })
    return random() < 0.2 ? [report(), report()] : [report()]
  }
  const told = (): readonly Told[] => {
    const user = pick(random, users)
    if (random() < 0.6) return order(user)
    return [identify(user, random() < 0.5 ? browserOf(user, random) : null)]
  }
  const batch = (messages: readonly Told[]): Deed => ({
    kind: 'say',
    path: '/v1/batch',
    json: { batch: messages.map(({ message }) => message) },
    sent: messages.map(({ messageId, order: placed }) => ({ messageId, order: placed })),
  })
  const single = ({ message, messageId, order: placed }: Told): Deed => ({
    kind: 'say',
    path: `/v1/${message.type}`,
    json: message,
    sent: [{ messageId, order: placed }],
  })
  return {
    deed: (): Deed => {
      const draw = random()
      if (draw < 0.3) return { kind: 'decide', json: { profile: { userId: pick(random, users) } } }
      const messages = told()
      const [only] = messages
      if (draw < 0.6 && only !== undefined && messages.length === 1) return single(only)
      return batch([...messages, ...Array.from({ length: whole(random, 0, 8) }, told).flat()])
    },
    /** Everybody logs in on each of their browsers: from then on every order is somebody's. */
    everybody: (): Deed =>
      batch(
        users.flatMap((user) =>
          Array.from({ length: browsers }, (_, index) => identify(user, `browser-${user}-${index + 1}`)),
        ),
      ),
  }
}
