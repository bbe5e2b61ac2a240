import { z } from 'zod'
import { withoutAddresses } from '../../core/contract/address.ts'
import type { Outcome } from '../../core/contract/change.ts'
import type { Wire } from './settings.ts'

/** The most that one batch takes, of all its kinds together; more is refused with 413. */
export const batchSize = 100

const failure = z.object({
  code: z.string().catch('error'),
  message: z.string().catch(''),
  data: z
    .object({ status: z.number().catch(0) })
    .nullish()
    .catch(null),
})
type Failure = z.output<typeof failure>
/** What came of one item: what it is now, or why it was refused. The batch itself is answered with 200 either way. */
type Answer<T> = { readonly done: T } | { readonly failed: Failure }
const answerOf = <T>(done: z.ZodType<T>): z.ZodType<Answer<T>> =>
  z.union([
    z.object({ error: failure }).transform(({ error }) => ({ failed: error })),
    done.transform((value) => ({ done: value })),
  ])

export interface Batch {
  readonly create?: readonly object[]
  readonly update?: readonly object[]
  readonly delete?: readonly number[]
}
export interface Answers<T> {
  readonly create: readonly Answer<T>[]
  readonly update: readonly Answer<T>[]
  readonly delete: readonly Answer<T>[]
}
/** Sends a batch of customers or orders. Answers come by kind, in the order of the items. */
export const sendBatch = async <T>(
  { http }: Wire,
  kind: 'customers' | 'orders',
  items: Batch,
  done: z.ZodType<T>,
): Promise<Answers<T>> => {
  const answers = z.array(answerOf(done)).default([])
  const reply = z.object({ create: answers, update: answers, delete: answers })
  if (Object.values(items).every((list) => list.length === 0)) return { create: [], update: [], delete: [] }
  return (await http({ method: 'POST', path: `/${kind}/batch`, json: items, reply })).body
}

/** Made by somebody else since we looked: the next try finds the customer. */
const racing = ['registration-error-email-exists', 'woocommerce_rest_customer_invalid_email_exists']
export const refusalOf = ({ code, message, data }: Failure): Outcome => {
  const reason = `WooCommerce answered ${code}: ${withoutAddresses(message)}`
  const status = data?.status ?? 0
  if (racing.includes(code) || status === 429 || status >= 500) return { status: 'retry', reason }
  return { status: 'rejected', reason }
}
/** Silence is no success. */
export const silence: Outcome = { status: 'retry', reason: 'WooCommerce did not say what it did' }
