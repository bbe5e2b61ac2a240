import { type Category, catalogue, categories } from './catalogue.ts'
import { between, chance, draw, pick, type Random, whole } from './chance.ts'
import { type Region, regions } from './region.ts'

/** The day on which the samples end. Nothing in them depends on the day on which they are written or loaded. */
export const today = Date.UTC(2026, 10, 21)
export const dayMs = 86_400_000

interface Line {
  readonly sku: string
  readonly name: string
  readonly category: Category
  readonly price: number
  readonly quantity: number
}
export interface Order {
  readonly code: string
  readonly at: number
  readonly lines: readonly Line[]
  /** Major units, exact to the cent. */
  readonly revenue: number
  /** Placed by phone: the shop has it, the web has not seen it. */
  readonly byPhone: boolean
}
export interface Customer {
  readonly number: number
  readonly userId: string
  readonly device: string
  /** null: never told. */
  readonly email: string | null
  readonly firstName: string | null
  readonly lastName: string
  readonly birthday: string
  readonly region: Region
  readonly plan: 'basic' | 'premium' | null
  readonly subscriptionEndsAt: number | null
  readonly consents: { readonly email_marketing: boolean; readonly personalization: boolean }
  readonly signedUpAt: number
  readonly lastVisitAt: number
  /** Categories of the products looked at, oldest first. */
  readonly viewed: readonly Category[]
  /** Oldest first. */
  readonly orders: readonly Order[]
}

type Range = readonly [from: number, to: number]

/** How many days ago the last order was; three bands, so that passing time empties no segment soon. */
const habits: readonly { share: number; lastOrder: Range | null }[] = [
  { share: 22, lastOrder: null },
  { share: 30, lastOrder: [1, 58] },
  { share: 28, lastOrder: [61, 235] },
  { share: 20, lastOrder: [245, 700] },
]
/** In how many days a subscription ends: most soon enough that some end in every week of the next months. */
const ends: readonly { share: number; days: Range }[] = [
  { share: 62, days: [1, 112] },
  { share: 28, days: [112, 420] },
  { share: 10, days: [-60, 0] },
]
const plans = [
  { share: 35, plan: null },
  { share: 35, plan: 'basic' },
  { share: 30, plan: 'premium' },
] as const
const tastes = [
  { share: 30, taste: 'headphones' },
  { share: 22, taste: 'speakers' },
  { share: 21, taste: 'vinyl' },
  { share: 13, taste: 'turntables' },
  { share: 14, taste: 'accessories' },
] as const

const daysAgo = (days: number) => Math.round(today - days * dayMs)

const ascii = { ä: 'ae', ö: 'oe', ü: 'ue', "'": '' } as const
const isSpecial = (letter: string): letter is keyof typeof ascii => letter in ascii
const mailName = (name: string) =>
  [...name.toLowerCase()].map((letter) => (isSpecial(letter) ? ascii[letter] : letter)).join('')

const categoryNear = (random: Random, taste: Category, share: number): Category =>
  random() < share ? taste : pick(random, categories)

const drawLine = (random: Random, taste: Category) => {
  const category = categoryNear(random, taste, 0.75)
  const product = pick(
    random,
    catalogue.filter((one) => one.category === category),
  )
  return { product, quantity: random() < 0.85 ? 1 : 2 }
}

const drawOrder = (random: Random, code: string, at: number, taste: Category): Order => {
  const drawn = Array.from({ length: whole(random, 1, 3) }, () => drawLine(random, taste))
  return {
    code,
    at,
    lines: drawn.map(({ product: { cents, ...product }, quantity }) => ({ ...product, price: cents / 100, quantity })),
    revenue: drawn.reduce((cents, { product, quantity }) => cents + product.cents * quantity, 0) / 100,
    byPhone: random() < 0.07,
  }
}

const drawOrders = (random: Random, number: number, taste: Category): Order[] => {
  const { lastOrder } = draw(random, habits)
  if (lastOrder === null) return []
  const last = between(random, ...lastOrder)
  const days = [last, ...Array.from({ length: whole(random, 0, 6) }, () => between(random, last, 720))]
  return days
    .sort((a, b) => b - a)
    .map((ago, index) => drawOrder(random, `DS-${number}-${index + 1}`, daysAgo(ago), taste))
}

const drawPerson = (random: Random, number: number) => {
  const region = draw(random, regions)
  const firstName = pick<string>(random, region.firstNames)
  const lastName = pick<string>(random, region.lastNames)
  const host = pick(random, ['example.test', 'example.org'])
  const email = `${mailName(firstName)}.${mailName(lastName)}.${number}@${host}`
  const birthday = Date.UTC(whole(random, 1948, 2004), whole(random, 0, 11), whole(random, 1, 28))
  return { region, firstName, lastName, email, birthday: new Date(birthday).toISOString().slice(0, 10) }
}

const drawSubscription = (random: Random) => {
  const { plan } = draw(random, plans)
  const subscriptionEndsAt = plan && Math.round(today + between(random, ...draw(random, ends).days) * dayMs)
  return { plan, subscriptionEndsAt }
}

const drawVisits = (random: Random, taste: Category, orders: readonly Order[]) => {
  const firstOrder = orders[0]
  const signedUpAt = firstOrder ? firstOrder.at - dayMs : daysAgo(between(random, 10, 300))
  const viewed = Array.from({ length: whole(random, 0, 3) }, () => categoryNear(random, taste, 0.6))
  return { signedUpAt, viewed, lastVisitAt: Math.round(between(random, signedUpAt + dayMs, today)) }
}

/** A customer as the number alone decides: who, since when, with which orders. Numbers start at 1001. */
export const drawCustomer = (number: number): Customer => {
  const random = chance(number)
  const { taste } = draw(random, tastes)
  const orders = drawOrders(random, number, taste)
  return {
    number,
    userId: `customer-${number}`,
    device: `browser-${number}`,
    ...drawPerson(random, number),
    ...drawSubscription(random),
    ...drawVisits(random, taste, orders),
    consents: { email_marketing: random() < 0.85, personalization: random() < 0.9 },
    orders,
  }
}
