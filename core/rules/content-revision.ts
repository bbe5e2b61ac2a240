import { createHash } from 'node:crypto'
import { canonicalJson } from '../profile/json.ts'
import type { Offer, Placement } from './registry.ts'
import { shownTexts } from './texts.ts'

/**
 * A short hash of all that decides what a placement shows for an offer: the offer's texts for its fields, the fields'
 * limits, the fallback. `setting` is what else content depends on, as the hub's locales.
 */
export const contentRevisionOf = (offer: Offer | undefined, placement: Placement, setting: unknown): string => {
  const { fields, fallback } = placement
  const shown = offer === undefined ? [] : shownTexts(offer, placement)
  const texts = shown.map(({ locale, field, text }) => JSON.stringify([locale, field, text])).sort()
  const basis = canonicalJson({ texts, fields, fallback, setting })
  return createHash('sha256').update(`content\0${basis}`).digest('hex').slice(0, 16)
}
