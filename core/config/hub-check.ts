import type { z } from 'zod'
import type { RolloutSettings } from '../deliver/settings.ts'
import { checkConnector, type Surroundings } from './connector-check.ts'
import { hubSettings } from './hub.ts'
import { unknownLocale, unknownZone } from './intl.ts'
import type { Known } from './known.ts'
import { below, type Finding, unknownName } from './problem.ts'

/** The schema with nothing required. */
export const partialHub = hubSettings.extend({ hub: hubSettings.shape.hub.partial({ name: true }).prefault({}) })
type SoundHub = z.output<typeof partialHub>

const ofHub = ({ timezone, locales }: SoundHub['hub']): Finding[] => [
  ...unknownZone(['timezone'], timezone),
  ...locales.flatMap((locale, index) => unknownLocale(['locales', index], locale)),
]

const ofRollout = ({ segment, connectors, offers }: RolloutSettings, known: Known): Finding[] => [
  ...(segment === undefined ? [] : unknownName(['segment'], 'segment', segment, known.segments)),
  ...connectors.flatMap((key, index) => unknownName(['connectors', index], 'connector', key, known.connectors)),
  ...(offers?.category === undefined
    ? []
    : unknownName(['offers', 'category'], 'category of offers', offers.category, known.categories)),
  ...(offers?.keys ?? []).flatMap((key, index) => unknownName(['offers', 'keys', index], 'offer', key, known.offers)),
]

/** What hub.yaml says about its own parts, the profile and the registry. */
export const checkHub = (settings: SoundHub, around: Surroundings): Finding[] => [
  ...below(['hub'], ofHub(settings.hub)),
  ...Object.entries(settings.connectors).flatMap(([key, connector]) =>
    below(['connectors', key], checkConnector(key, connector, around)),
  ),
  ...Object.entries(settings.rollouts).flatMap(([key, rollout]) =>
    below(['rollouts', key], ofRollout(rollout, around.known)),
  ),
]
