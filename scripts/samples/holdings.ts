import type { SandboxContact, SandboxOrder } from '../../core/contract/sandbox.ts'
import type { Category } from './catalogue.ts'
import { chance, type Random } from './chance.ts'
import { type Customer, dayMs, type Order, today } from './customer.ts'
import { secondAccounts } from './population.ts'

/** What one tool holds before the hub comes. */
export interface Holdings {
  readonly contacts: readonly SandboxContact[]
  readonly orders?: readonly SandboxOrder[]
}
type Codes = Readonly<Partial<Record<Category, string>>>
type Fields = Readonly<Record<string, string | null>>

const firstOf = ({ orders }: Customer) => orders[0]
const lastOf = ({ orders }: Customer) => orders[orders.length - 1]
const categoryOf = (order: Order) => order.lines[0]?.category
const codeOf = (codes: Codes, category: Category | undefined) => (category && codes[category]) ?? null
const endsWithin = ({ subscriptionEndsAt }: Customer, days: number) =>
  subscriptionEndsAt !== null && subscriptionEndsAt > today && subscriptionEndsAt < today + days * dayMs
const isOlder = (order: Order | undefined, days: number) => order !== undefined && order.at < today - days * dayMs
const hasTurntable = (order: Order) => order.lines.some((line) => line.category === 'turntables')

/** The mail tool goes by what somebody first came for; SUMMER26 is a campaign that nobody has ended. */
const mailCodes = { headphones: 'HP10', speakers: 'SPK15', vinyl: 'LP5', turntables: 'LP5', accessories: 'SUMMER26' }
const mailPromotion = (customer: Customer) => {
  const first = firstOf(customer)
  return first ? codeOf(mailCodes, categoryOf(first)) : 'NEWS10'
}

/** The site welcomes whoever is new to it, then goes by what was looked at last. */
const siteCodes = { headphones: 'hero-headphones', speakers: 'hero-speakers', vinyl: 'hero-vinyl' }
const sitePromotion = ({ viewed, signedUpAt }: Customer) => {
  const last = viewed[viewed.length - 1]
  return last && signedUpAt < today - 100 * dayMs ? codeOf(siteCodes, last) : 'hero-welcome'
}
const siteNotice = (customer: Customer) => {
  if (endsWithin(customer, 30)) return 'renew'
  return customer.orders.some(hasTurntable) ? 'setup' : null
}

/** The shop goes by the last order. */
const shopCodes = { headphones: 'care-kit', speakers: 'try-at-home', vinyl: 'record-club', turntables: 'record-club' }
const shopPromotion = (customer: Customer) => {
  const last = lastOf(customer)
  if (!last) return 'first-order'
  return isOlder(last, 120) ? 'come-back' : codeOf(shopCodes, categoryOf(last))
}

/** The CRM goes by the contract, then by what the first sale was. */
const crmCodes = { headphones: 'HEADPHONES', speakers: 'SPEAKERS', vinyl: 'RECORDS', turntables: 'RECORDS' }
const crmPromotion = (customer: Customer) => {
  const first = firstOf(customer)
  if (endsWithin(customer, 30)) return 'RENEW'
  if (!first) return 'WELCOME'
  if (customer.plan === 'premium') return 'PREVIEW'
  return isOlder(lastOf(customer), 365) ? 'WINBACK' : codeOf(crmCodes, categoryOf(first))
}
const crmService = (customer: Customer) => {
  if (endsWithin(customer, 10)) return 'CALL'
  const last = lastOf(customer)
  return last && hasTurntable(last) ? 'SETUP' : 'NONE'
}
/** What the web does not know: every ninth subscription was renewed by phone. */
const crmSubscription = ({ number, subscriptionEndsAt }: Customer) => {
  if (subscriptionEndsAt === null) return null
  const renewed = number % 9 === 0 ? 180 * dayMs : 0
  return new Date(subscriptionEndsAt + renewed).toISOString()
}

const filled = (fields: Fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))

/** Some people were never reached by the tool's campaign, and some refused to be. */
const promoted = (random: Random, allowed: boolean) => random() < 0.92 && allowed

const contactOf = (customer: Customer, email: string, fields: Fields): SandboxContact => ({
  email,
  ...(customer.firstName && { firstName: customer.firstName }),
  lastName: customer.lastName,
  fields: filled(fields),
  memberships: [],
})

/** One contact for each e-mail address, for the given share of the customers. */
const contacts = (
  customers: readonly Customer[],
  tool: { readonly seed: number; readonly share: number },
  contact: (customer: Customer, email: string, random: Random) => SandboxContact,
): SandboxContact[] =>
  customers.flatMap((customer) => {
    const random = chance(customer.number + tool.seed)
    if (customer.email === null || secondAccounts.includes(customer.number) || random() >= tool.share) return []
    return [contact(customer, customer.email, random)]
  })

const mailContact = (customer: Customer, email: string, random: Random): SandboxContact => {
  const allowed = customer.consents.email_marketing
  const contact = contactOf(customer, email, { OLDPROMO: promoted(random, allowed) ? mailPromotion(customer) : null })
  const fan = mailPromotion(customer) === 'HP10' && random() < 0.3
  // Some unsubscribed in the tool, and no other system has heard of it.
  return { ...contact, memberships: fan ? ['tag/Headphone fans'] : [], consent: allowed && random() < 0.96 }
}

const siteContact = (customer: Customer, email: string, random: Random) => {
  const shown = promoted(random, customer.consents.personalization)
  const fields = { old_promo: sitePromotion(customer), old_notice: siteNotice(customer) }
  return contactOf(customer, email, shown ? fields : {})
}

const shopContact = (customer: Customer, email: string, random: Random) => {
  const shown = promoted(random, customer.consents.personalization)
  return contactOf(customer, email, { oldPromo: shown ? shopPromotion(customer) : null })
}

const crmContact = (customer: Customer, email: string, random: Random) => {
  const shown = promoted(random, customer.consents.personalization)
  const fields = { old_promo: crmPromotion(customer), old_service: crmService(customer) }
  return contactOf(customer, email, { subscription_end: crmSubscription(customer), ...(shown ? fields : {}) })
}

/** The shop's own orders of the last year; those by phone reached no other system. */
const shopOrders = (customers: readonly Customer[], known: ReadonlySet<string>): SandboxOrder[] =>
  customers
    .flatMap(({ email, orders }) => (email && known.has(email) ? orders.map((order) => ({ email, order })) : []))
    .filter(({ order }) => !isOlder(order, 365))
    .sort((a, b) => a.order.at - b.order.at)
    .map(({ email, order: { code, at, lines } }) => ({ email, code, at: new Date(at).toISOString(), lines }))

/** What each tool of the demo holds, by the connector's key. */
export const holdings = (customers: readonly Customer[]): Readonly<Record<string, Holdings>> => {
  const shop = contacts(customers, { seed: 300_000, share: 0.95 }, shopContact)
  return {
    mail: { contacts: contacts(customers, { seed: 100_000, share: 0.9 }, mailContact) },
    site: { contacts: contacts(customers, { seed: 200_000, share: 0.95 }, siteContact) },
    shop: { contacts: shop, orders: shopOrders(customers, new Set(shop.map((contact) => contact.email))) },
    crm: { contacts: contacts(customers, { seed: 400_000, share: 0.92 }, crmContact) },
  }
}
