import { type Consent, consentOf } from './consent.ts'
import { hubAt } from './hub.ts'
import { anonymousId, forgetVisitor } from './identity.ts'
import type { Leitstern } from './leitstern.ts'
import { watchPlacements } from './placements.ts'
import { type Queue, queueFor } from './queue.ts'
import { reportsBy } from './reports.ts'
import { type Settings, settingsOf } from './settings.ts'
import { type Speech, speechInto } from './speech.ts'

const handOverWhenLeaving = ({ leave }: Queue): void => {
  addEventListener('pagehide', leave)
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && leave())
}
/** Runs `act` as soon as the visitor allows it, once; to be called again when they may have. */
const onceAllowed = (consent: Consent, act: () => void) => {
  let isDone = false
  return (): void => {
    if (isDone || !consent.allows()) return
    isDone = true
    act()
  }
}

const preferences = { type: 'track', event: 'Segment Consent Preference Updated', properties: {} } as const
/** A withdrawal is the last thing that is sent: the hub has to know of it. */
const choosing =
  (consent: Consent, { insist }: Speech, start: () => void): Leitstern['consent'] =>
  (choices) => {
    const wasAllowed = consent.allows()
    consent.choose(choices)
    if (wasAllowed || consent.allows()) insist(preferences)
    if (!consent.allows()) forgetVisitor()
    start()
  }
const identifying =
  ({ say }: Speech): Leitstern['identify'] =>
  (userId, traits = {}, voucher) => {
    const context = voucher === undefined ? {} : { identity: { userId, ...voucher } }
    say({ type: 'identify', userId, traits, context })
  }

const begin = (settings: Settings): Leitstern => {
  const { locale, consentRequired, patienceMs } = settings
  const hub = hubAt(settings)
  const consent = consentOf(consentRequired, navigator.globalPrivacyControl === true)
  const queue = queueFor({ ...hub, later: setTimeout.bind(window), chance: Math.random })
  const speech = speechInto(queue, consent, locale)
  const track: Leitstern['track'] = (event, properties = {}) => speech.say({ type: 'track', event, properties })
  const decide: Leitstern['decide'] = async (placements, context) =>
    consent.allows() ? hub.decide({ profile: { anonymousId: anonymousId() }, placements, context, locale }) : []
  const reports = reportsBy(track)
  const page: Leitstern['page'] = (name, properties = {}) => {
    reports.turn()
    speech.say({ type: 'page', name, properties })
  }
  const start = onceAllowed(consent, () => {
    page()
    watchPlacements({ ask: decide, patienceMs, shown: reports.of })
  })
  start()
  handOverWhenLeaving(queue)
  const [identify, choose] = [identifying(speech), choosing(consent, speech, start)]
  return { page, track, identify, decide, consent: choose, reset: forgetVisitor }
}

const { currentScript } = document
if (currentScript instanceof HTMLScriptElement)
  window.leitstern = begin(settingsOf(currentScript, document.documentElement.lang))
