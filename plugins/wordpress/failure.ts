import { z } from 'zod'
import type { Outcome } from '../../core/contract/change.ts'

/** An error in WordPress's own form. */
export const failure = z.object({
  code: z.string().catch('error'),
  message: z.string().catch(''),
  data: z.object({ key: z.string().optional() }).nullish().catch(null),
})
export type Failure = z.output<typeof failure> & { readonly status: number }

/** Made by somebody else since we looked: the next try finds the user. */
const racing = new Set(['existing_user_email', 'existing_user_login'])
/** Come with 500 or 501, but the next try would meet the same. */
const lasting = new Set(['rest_invalid_stored_value', 'rest_cannot_delete'])

/** The outcome of one refused request. */
export const refusalOutcome = ({ status, code, message, data }: Failure): Outcome => {
  const reason = `WordPress answered ${code}: ${message}`
  const isPassing = status === 429 || (status >= 500 && !lasting.has(code))
  if (racing.has(code) || isPassing) return { status: 'retry', reason }
  return { status: 'rejected', reason, field: data?.key ?? /\bmeta\.([\w-]+)/.exec(message)?.[1] }
}
