import { ConnectorError } from '../contract/errors.ts'
import type { Denied } from './asking.ts'

/** What a tool has refused, as the answer to a wish. Anything else is thrown on. */
export const deniedBy = (error: unknown): Denied => {
  if (error instanceof ConnectorError) return { denied: error.message }
  throw error
}
