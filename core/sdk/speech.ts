import type { Consent } from './consent.ts'
import { anonymousId, randomId } from './identity.ts'
import { messageOf, type PageFacts, type Said } from './message.ts'
import type { Queue } from './queue.ts'

export interface Speech {
  /** Says it while the visitor allows it. */
  readonly say: (said: Said) => void
  /** Says it in any case: how a consent is withdrawn. */
  readonly insist: (said: Said) => void
}

const pageFacts = (): PageFacts => ({
  path: location.pathname,
  referrer: document.referrer,
  search: location.search,
  title: document.title,
  url: location.href,
})

/** What the page tells the hub, in the visitor's name. */
export const speechInto = (queue: Queue, consent: Consent, locale: string | undefined): Speech => {
  const insist = (said: Said): void => {
    const timestamp = new Date().toISOString()
    const who = { messageId: randomId(), anonymousId: anonymousId(), timestamp }
    queue.add(messageOf(said, { ...who, page: pageFacts(), locale, choices: consent.choices() }))
  }
  return {
    insist,
    say: (said) => {
      if (consent.allows()) insist(said)
    },
  }
}
