import { type Customer, drawCustomer } from './customer.ts'

const first = 1001
const size = 240

const noMailbox = (customer: Customer): Customer => ({ ...customer, email: null })
const noName = (customer: Customer): Customer => ({ ...customer, firstName: null })
/** Same person, second account: same name and e-mail address. */
const duplicateOf = (number: number) => {
  const { firstName, lastName, email, birthday, region } = drawCustomer(number)
  return (customer: Customer): Customer => ({ ...customer, firstName, lastName, email, birthday, region })
}

/** Customers who show what an identity graph must cope with. */
const peculiar = new Map([
  [1091, duplicateOf(1090)],
  [1204, duplicateOf(1203)],
  ...[1007, 1037, 1064, 1067, 1097, 1127, 1157, 1187, 1188, 1217].map((number) => [number, noMailbox] as const),
  ...[1011, 1051, 1095, 1131, 1171, 1211].map((number) => [number, noName] as const),
])

/** All sample customers, by number. */
export const population = (): Customer[] =>
  Array.from({ length: size }, (_, index) => {
    const customer = drawCustomer(first + index)
    return peculiar.get(customer.number)?.(customer) ?? customer
  })

/** Two people who use one device within the same days: it must link nobody. */
export const sharedDevice: readonly number[] = [1030, 1031]
/** Known by the newsletter's form before there was an account. */
export const newsletterFirst: readonly number[] = [1012, 1057, 1133]
/** Entered by the call centre, which writes one address for everybody. */
export const byCallCentre: readonly number[] = [1064, 1188]
/** Visitors who never say who they are. */
export const strangers: readonly number[] = Array.from({ length: 12 }, (_, index) => 9001 + index)
/** Accounts whose holder has another one already: the tools know the e-mail address once. */
export const secondAccounts: readonly number[] = [1091, 1204]
