import { type Finding, mismatch } from './problem.ts'
import type { Path } from './tree.ts'

const accepts = (attempt: () => unknown): boolean => {
  try {
    attempt()
    return true
  } catch {
    return false
  }
}

/** The finding for what is no IANA time zone, or none. */
export const unknownZone = (path: Path, zone: string): Finding[] =>
  accepts(() => new Intl.DateTimeFormat('en', { timeZone: zone }))
    ? []
    : [mismatch(path, JSON.stringify(zone), 'an IANA time zone such as Europe/Berlin')]

/** The finding for what is no BCP 47 language tag, or none. */
export const unknownLocale = (path: Path, locale: string): Finding[] =>
  accepts(() => Intl.getCanonicalLocales(locale))
    ? []
    : [mismatch(path, JSON.stringify(locale), 'a language tag such as de-DE')]
