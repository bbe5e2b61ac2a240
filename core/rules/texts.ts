import { own } from '../profile/json.ts'
import { languageOf } from './locales.ts'
import type { ContentField, Offer, Placement } from './registry.ts'

/** Locale -> field -> text. */
export type Texts = Readonly<Record<string, Readonly<Record<string, string>>>>
export interface Text {
  readonly field: string
  readonly locale: string
  readonly text: string
}
/** The texts of one placement in one language. */
export interface Wording {
  readonly locale: string
  readonly texts: readonly Text[]
}

/** Where an offer's texts for a placement may stand, the most particular first. */
export const levelsOf = ({ key, channel }: Placement): readonly string[] => [key, channel, 'default']

const at = (offer: Offer, level: string): readonly Texts[] => {
  const texts = own(offer.content, level)
  return texts === undefined ? [] : [texts]
}
export const textsOf = (offer: Offer, placement: Placement): readonly Texts[] =>
  levelsOf(placement).flatMap((level) => at(offer, level))

const listed = (texts: Texts): readonly Text[] =>
  Object.entries(texts).flatMap(([locale, fields]) =>
    Object.entries(fields).map(([field, text]) => ({ field, locale, text })),
  )

/** The texts of an offer that a placement may show: those of its fields that no more particular level has in their language. */
export const shownTexts = (offer: Offer, placement: Placement): readonly (Text & { readonly level: string })[] => {
  const taken = new Set<string>()
  return levelsOf(placement).flatMap((level) => {
    const texts = at(offer, level).flatMap(listed)
    const place = ({ field, locale }: Text) => `${field} ${languageOf(locale)}`
    const shown = texts.filter((text) => Object.hasOwn(placement.fields, text.field) && !taken.has(place(text)))
    for (const text of texts) taken.add(place(text))
    return shown.map((text) => ({ ...text, level }))
  })
}

const find = (levels: readonly Texts[], locales: readonly string[], field: string): readonly Text[] => {
  for (const level of levels) {
    for (const locale of locales) {
      const text = own(own(level, locale) ?? {}, field)
      if (text !== undefined) return [{ field, locale, text }]
    }
  }
  return []
}

export const requiredFields = (fields: Readonly<Record<string, ContentField>>): readonly string[] =>
  Object.keys(fields).filter((field) => own(fields, field)?.required)

/**
 * The first language in which every required field has a text, and at least one field where any is declared: whole
 * languages, so that a German headline never stands over an English link. Null where there is none.
 */
export const wordingOf = (
  levels: readonly Texts[],
  fields: Readonly<Record<string, ContentField>>,
  languages: readonly (readonly string[])[],
): Wording | null => {
  const names = Object.keys(fields)
  for (const locales of languages) {
    const texts = names.flatMap((field) => find(levels, locales, field))
    const has = (field: string) => texts.some((text) => text.field === field)
    const locale = locales.find((each) => texts.some((text) => text.locale === each)) ?? locales[0]
    if (locale === undefined || (texts.length === 0 && names.length > 0)) continue
    if (requiredFields(fields).every(has)) return { locale, texts }
  }
  return null
}
