import { type Category, catalogue } from './catalogue.ts'
import { chance, pick, whole } from './chance.ts'
import { type Customer, dayMs, type Order, today } from './customer.ts'
import { byCallCentre, newsletterFirst, sharedDevice, strangers } from './population.ts'

/** A message of the Segment HTTP Tracking API, and whoever it is about. */
interface Sample {
  readonly messageId: string
  readonly timestamp: string
  readonly [field: string]: unknown
}
type Who = { readonly userId?: string; readonly anonymousId?: string }

const minuteMs = 60_000
const shop = 'https://shop.example'
const iso = (at: number) => new Date(at).toISOString()

const page = (messageId: string, at: number, who: Who, name: string, path: string): Sample => {
  const properties = { path, url: `${shop}${path}`, title: `${name} | Demo shop` }
  return { type: 'page', messageId, timestamp: iso(at), ...who, name, properties }
}

const track = (messageId: string, at: number, who: Who, event: string, properties: object): Sample => ({
  type: 'track',
  messageId,
  timestamp: iso(at),
  ...who,
  event,
  properties,
})

const productView = (messageId: string, at: number, who: Who, category: Category): Sample => {
  const ofCategory = catalogue.filter((product) => product.category === category)
  const { cents, ...product } = pick(chance(at), ofCategory)
  return track(messageId, at, who, 'Product Viewed', { ...product, price: cents / 100 })
}

/** Some write their address with capitals; it is the same address. */
const typedEmail = ({ email, number }: Customer) =>
  email !== null && number % 25 === 3 ? email.replace(/^./, (letter) => letter.toUpperCase()) : email

const statedEmail = (customer: Customer) =>
  byCallCentre.includes(customer.number) ? 'noemail@shop.example' : typedEmail(customer)

const traitsOf = (customer: Customer) => {
  const { firstName, lastName, birthday, plan, subscriptionEndsAt, region } = customer
  const email = statedEmail(customer)
  return {
    ...(firstName && { firstName }),
    lastName,
    ...(email && { email }),
    birthday,
    locale: region.locale,
    country: region.country,
    ...(plan && { plan }),
    ...(subscriptionEndsAt && { subscription: { endsAt: iso(subscriptionEndsAt) } }),
  }
}

const consentOf = ({ consents }: Customer) => ({ consent: { categoryPreferences: consents } })

const signUp = (customer: Customer): Sample => ({
  type: 'identify',
  messageId: `${customer.number}-sign-up`,
  timestamp: iso(customer.signedUpAt),
  userId: customer.userId,
  anonymousId: customer.device,
  traits: traitsOf(customer),
  context: consentOf(customer),
})

/** What was looked at before anybody knew who was looking. */
const anonymousVisit = ({ number, device, signedUpAt, viewed }: Customer): Sample[] => {
  const who = { anonymousId: device }
  const first = viewed[0]
  return [
    page(`${number}-landing`, signedUpAt - 20 * minuteMs, who, 'Home', '/'),
    ...(first ? [productView(`${number}-view-1`, signedUpAt - 18 * minuteMs, who, first)] : []),
  ]
}

const laterViews = ({ number, userId, device, lastVisitAt, viewed }: Customer): Sample[] =>
  viewed
    .slice(1)
    .map((category, index) =>
      productView(
        `${number}-view-${index + 2}`,
        lastVisitAt + index * minuteMs,
        { userId, anonymousId: device },
        category,
      ),
    )

const orderCompleted = (customer: Customer, order: Order): Sample => {
  const { code, at, lines: products, revenue } = order
  const properties = { order_id: code, revenue, currency: customer.region.currency, products }
  return track(`${code}-completed`, at, { userId: customer.userId }, 'Order Completed', properties)
}

/** The newsletters of the last months, as the reader's mailbox let them be seen. */
const newsletters = ({ number, userId, consents, email, signedUpAt }: Customer): Sample[] => {
  if (email === null || !consents.email_marketing) return []
  const random = chance(number + 50_000)
  const opened = Math.max(today - whole(random, 3, 90) * dayMs, signedUpAt + dayMs)
  const campaign = { campaign_id: 'N-2026-4', campaign_name: 'Autumn newsletter' }
  const click = { ...campaign, link_url: `${shop}/de/neu` }
  return [
    ...(random() < 0.6 ? [track(`${number}-opened`, opened, { userId }, 'Email Opened', campaign)] : []),
    ...(random() < 0.2 ? [track(`${number}-clicked`, opened + minuteMs, { userId }, 'Email Link Clicked', click)] : []),
  ]
}

/** The newsletter's form, filled in on a phone a week before there was an account. */
const newsletterForm = (customer: Customer): Sample => ({
  type: 'identify',
  messageId: `${customer.number}-newsletter`,
  timestamp: iso(customer.signedUpAt - 7 * dayMs),
  anonymousId: `phone-${customer.number}`,
  traits: { email: customer.email },
  context: consentOf(customer),
})

/** Both people of a household on the tablet in their kitchen, two days apart. */
const sharedVisit = ({ number, userId }: Customer): Sample => {
  const at = today - (10 + 2 * sharedDevice.indexOf(number)) * dayMs
  return page(`${number}-tablet`, at, { userId, anonymousId: 'kitchen-tablet' }, 'Offers', '/offers')
}

const strangerVisit = (number: number): Sample[] => {
  const random = chance(number)
  const at = today - whole(random, 1, 40) * dayMs
  const who = { anonymousId: `browser-${number}` }
  const { category } = pick(random, catalogue)
  return [
    page(`${number}-landing`, at, who, 'Home', '/'),
    productView(`${number}-view-1`, at + minuteMs, who, category),
  ]
}

const customerMessages = (customer: Customer): Sample[] => [
  ...(newsletterFirst.includes(customer.number) ? [newsletterForm(customer)] : []),
  ...anonymousVisit(customer),
  signUp(customer),
  ...customer.orders.filter((order) => !order.byPhone).map((order) => orderCompleted(customer, order)),
  ...laterViews(customer),
  ...newsletters(customer),
  ...(sharedDevice.includes(customer.number) ? [sharedVisit(customer)] : []),
]

/** All messages in the order in which things happened. */
export const messages = (customers: readonly Customer[]): Sample[] => {
  const order = ({ timestamp, messageId }: Sample) => `${timestamp} ${messageId}`
  const all = [...customers.flatMap(customerMessages), ...strangers.flatMap(strangerVisit)]
  return all.sort((a, b) => (order(a) < order(b) ? -1 : 1))
}
