/** Locales and languages that texts may be in, and which to try for a customer. */
export interface Locales {
  /** The known locale or language that a wanted one comes to, `de_at` to `de-AT` or `de`; null where there is none. */
  readonly nearest: (wanted: unknown) => string | null
  /** What to try, best first: each group is one language, so that no content mixes two. */
  readonly groups: (nearest: string | null) => readonly (readonly string[])[]
}

export const languageOf = (locale: string): string => locale.split('-')[0] ?? locale

/** `hub`: hub.locales, the first is the default. `used`: the locales and languages in which texts are written. */
export const createLocales = (hub: readonly string[], used: Iterable<string>): Locales => {
  const known = [...new Set([...hub, ...used])]
  const bySpelling = new Map(known.map((locale) => [locale.toLowerCase(), locale]))
  const languages = new Map(known.map((locale) => [languageOf(locale).toLowerCase(), languageOf(locale)]))
  const nearest = (wanted: unknown): string | null => {
    if (typeof wanted !== 'string') return null
    const spelling = wanted.replaceAll('_', '-').toLowerCase()
    return bySpelling.get(spelling) ?? languages.get(languageOf(spelling)) ?? null
  }
  const group = (locale: string): readonly string[] => {
    const language = languageOf(locale)
    return [...new Set([locale, language, ...known.filter((other) => languageOf(other) === language)])]
  }
  const groups = (locale: string | null) => {
    const wanted = [locale, hub[0] ?? null].flatMap((each) => (each === null ? [] : [each]))
    const distinct = wanted.filter((each, index) => index === 0 || languageOf(each) !== languageOf(wanted[0] ?? each))
    return distinct.map(group)
  }
  return { nearest, groups }
}
