import { type Choices, consentOf } from './consent.ts'
import { type Decision, hubAt } from './hub.ts'
import { anonymousId, forgetVisitor, randomId } from './identity.ts'
import { messageOf, type PageFacts, type Said } from './message.ts'
import { watchPlacements } from './placements.ts'
import { queueFor } from './queue.ts'
import { reportsBy } from './reports.ts'
import { type Settings, settingsOf } from './settings.ts'

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

const pageFacts = (): PageFacts => ({
  path: location.pathname,
  referrer: document.referrer,
  search: location.search,
  title: document.title,
  url: location.href,
})
const whenLeaving = (act: () => void): void => {
  addEventListener('pagehide', act)
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && act())
}

const begin = (settings: Settings): Leitstern => {
  const { locale, consentRequired, patienceMs } = settings
  const hub = hubAt(settings)
  const consent = consentOf(consentRequired, navigator.globalPrivacyControl === true)
  const queue = queueFor({ ...hub, later: setTimeout.bind(window), chance: Math.random })
  const circumstances = () => ({
    messageId: randomId(),
    anonymousId: anonymousId(),
    timestamp: new Date().toISOString(),
    page: pageFacts(),
    locale,
    choices: consent.choices(),
  })
  const say = (said: Said): void => {
    if (consent.allows()) queue.add(messageOf(said, circumstances()))
  }
  const track: Leitstern['track'] = (event, properties = {}) => say({ type: 'track', event, properties })
  const decide: Leitstern['decide'] = async (placements, context) =>
    consent.allows() ? hub.decide({ profile: { anonymousId: anonymousId() }, placements, context, locale }) : []
  const reports = reportsBy(track)
  const page: Leitstern['page'] = (name, properties = {}) => {
    reports.turn()
    say({ type: 'page', name, properties })
  }

  let isWatching = false
  const watch = (): void => {
    if (isWatching || !consent.allows()) return
    isWatching = true
    page()
    watchPlacements({ ask: decide, patienceMs, shown: reports.of })
  }
  watch()
  whenLeaving(queue.leave)
  return {
    page,
    track,
    decide,
    identify: (userId, traits = {}, voucher) => {
      const context = voucher === undefined ? {} : { identity: { userId, ...voucher } }
      say({ type: 'identify', userId, traits, context })
    },
    consent: (choices) => {
      const told = { type: 'track', event: 'Segment Consent Preference Updated', properties: {} } as const
      const wasAllowed = consent.allows()
      consent.choose(choices)
      // A withdrawal is the last thing that is sent: the hub has to know of it.
      if (wasAllowed || consent.allows()) queue.add(messageOf(told, circumstances()))
      if (!consent.allows()) forgetVisitor()
      watch()
    },
    reset: forgetVisitor,
  }
}

const { currentScript } = document
if (currentScript instanceof HTMLScriptElement)
  window.leitstern = begin(settingsOf(currentScript, document.documentElement.lang))
