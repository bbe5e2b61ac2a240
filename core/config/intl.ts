import { isZone } from '../rules/zone.ts'
import { type Finding, mismatch } from './problem.ts'
import type { Path } from './tree.ts'

/** Whether a text is a BCP 47 language tag. */
export const isLocale = (text: string): boolean => {
  try {
    return Intl.getCanonicalLocales(text).length === 1
  } catch {
    return false
  }
}

/** The finding for what is no IANA time zone, or none. */
export const unknownZone = (path: Path, zone: string): Finding[] =>
  isZone(zone) ? [] : [mismatch(path, JSON.stringify(zone), 'an IANA time zone such as Europe/Berlin')]

/** The finding for what is no BCP 47 language tag, or none. */
export const unknownLocale = (path: Path, locale: string): Finding[] =>
  isLocale(locale) ? [] : [mismatch(path, JSON.stringify(locale), 'a language tag such as de-DE')]
