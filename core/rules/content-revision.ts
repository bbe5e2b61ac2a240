import { createHash } from 'node:crypto'
import { canonicalJson } from '../profile/json.ts'
import type { Offer, Placement } from './registry.ts'
import { type Texts, textsOf } from './texts.ts'

const ofFields = (texts: Texts, names: readonly string[]) =>
  Object.entries(texts).map(([locale, fields]) => [
    locale,
    Object.entries(fields).filter(([name]) => names.includes(name)),
  ])

/**
 * A short hash of all that decides what a placement shows for an offer: the offer's texts for its fields, the fields'
 * limits, the fallback. `setting` is what else content depends on, as the hub's locales.
 */
export const contentRevisionOf = (offer: Offer | undefined, placement: Placement, setting: unknown): string => {
  const { fields, fallback } = placement
  const names = Object.keys(fields)
  const levels = offer === undefined ? [] : textsOf(offer, placement).map((texts) => ofFields(texts, names))
  const basis = canonicalJson({ levels, fields, fallback, setting })
  return createHash('sha256').update(`content\0${basis}`).digest('hex').slice(0, 16)
}
