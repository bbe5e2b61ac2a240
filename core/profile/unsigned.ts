import { isObject, type JsonObject } from './json.ts'

/** Where a message of any kind may state who somebody is, beside `userId` and `anonymousId`; see `statedIdentifiers`. */
const contactTypes = ['email', 'phone']
const elsewhere = ['externalIds', 'device']

const without = (object: JsonObject, keys: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)))
const withoutContacts = (value: unknown): unknown => (isObject(value) ? without(value, contactTypes) : value)

const contextWithout = (context: unknown): unknown => {
  if (!isObject(context)) return context
  const { identity: _, ...kept } = without(context, elsewhere)
  return 'traits' in kept ? { ...kept, traits: withoutContacts(kept.traits) } : kept
}

/**
 * A message of a public key as far as it may be believed: whoever reads the page can send it, so what it says of who
 * somebody is would let anybody attach themselves to anybody. It keeps its `anonymousId`, and of the others the one
 * `userId` that the site's server vouches for. An alias stands or falls with it. The voucher itself is not kept.
 */
export const unsigned = (message: JsonObject, vouchedFor: string | null): JsonObject => {
  const { userId, previousId, ...rest } = message
  const isVouched = vouchedFor !== null && String(userId) === vouchedFor
  return {
    ...rest,
    ...(isVouched ? { userId, ...(previousId !== undefined && { previousId }) } : {}),
    ...('traits' in rest ? { traits: withoutContacts(rest.traits) } : {}),
    ...('context' in rest ? { context: contextWithout(rest.context) } : {}),
  }
}
