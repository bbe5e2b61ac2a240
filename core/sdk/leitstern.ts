import type { Choices } from './consent.ts'
import type { Decision } from './hub.ts'

type Json = Readonly<Record<string, unknown>>
/** What the site's server vouches with for a user: an HMAC with the key's signing secret, and until when (epoch seconds). */
interface Voucher {
  readonly expires: number
  readonly signature: string
}

/** `window.leitstern`. Under Global Privacy Control, and before a consent that is required, nothing of it does anything. */
export interface Leitstern {
  /** The visitor looks at a page; said by itself when the script begins. */
  readonly page: (name?: string, properties?: Json) => void
  /** The visitor does something. */
  readonly track: (event: string, properties?: Json) => void
  /** The visitor is a user of the site. Without a voucher only the traits count: anybody could say so. */
  readonly identify: (userId: string, traits?: Json, voucher?: Voucher) => void
  /** What the placements show to this visitor, all of them unless named; empty where the hub does not answer. */
  readonly decide: (placements?: readonly string[], context?: Json) => Promise<readonly Decision[]>
  /** What the visitor has agreed to, of all purposes that were asked. */
  readonly consent: (choices: Choices) => void
  /** The visitor has logged out: whoever comes next is somebody else. */
  readonly reset: () => void
}
declare global {
  interface Window {
    leitstern?: Leitstern
  }
  interface Navigator {
    readonly globalPrivacyControl?: boolean
  }
}
