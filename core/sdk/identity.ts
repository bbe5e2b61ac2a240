import { forget, keep, recall } from './shelf.ts'

const idName = 'leitstern.anonymousId'

/** 128 random bits in hex. Works on plain http too, where `crypto.randomUUID` is missing. */
export const randomId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')

/** Who this browser is to the hub: made when it is first asked for, and kept from then on. */
export const anonymousId = (): string => {
  const known = recall(idName)
  if (known !== null) return known
  const fresh = randomId()
  keep(idName, fresh)
  return fresh
}

/** Whoever comes next is somebody else. */
export const forgetVisitor = (): void => forget(idName)
