import { contentRevisionOf } from './content-revision.ts'
import { createLocales } from './locales.ts'
import type { Content, Program } from './program.ts'
import { byKey, type Placement, type Registry } from './registry.ts'
import { fill, type Parsed } from './rendering.ts'
import { createTemplates, type Name, type Template } from './template.ts'
import { shownTexts, textsOf, wordingOf } from './texts.ts'

export interface Contents
  extends Pick<Program, 'variables' | 'contentRevision' | 'nearest' | 'render' | 'fallback' | 'transform'> {
  /** Traits without which an offer is not shown in a placement to customers of this locale. */
  readonly needs: (offer: string, placement: string, locale: string | null) => readonly string[]
}
interface Ground {
  readonly registry: Registry
  readonly locales: readonly string[]
  readonly timezone: string
  /** Whether a trait or computed trait of this path is declared. */
  readonly isTrait: (path: string) => boolean
}

/** The trait that a name in a template reads: its longest declared beginning, as `tags` in `tags.size`. */
export const traitOf = (name: Name, isTrait: Ground['isTrait']): string => {
  const beginnings = name.map((_, index) => name.slice(0, name.length - index).join('.'))
  return beginnings.find(isTrait) ?? name.join('.')
}

/** Remembers by the keys given, none of which is empty or holds a NUL; as many entries as the registry has combinations. */
const remember = <Given extends readonly (string | null)[], V>(make: (...given: Given) => V) => {
  const made = new Map<string, { readonly value: V }>()
  return (...given: Given): V => {
    const key = given.join('\0')
    const known = made.get(key)
    if (known !== undefined) return known.value
    const value = make(...given)
    made.set(key, { value })
    return value
  }
}

const localesIn = ({ offers, placements }: Registry): readonly string[] => [
  ...placements.flatMap(({ fallback }) => Object.keys(fallback)),
  ...offers.flatMap(({ content }) => Object.values(content).flatMap((texts) => Object.keys(texts))),
]

/** What offers say in placements: chosen by language, parsed once, rendered from a customer's values. */
export const createContents = ({ registry, locales: hub, timezone, isTrait }: Ground): Contents => {
  const offers = byKey(registry.offers)
  const placements = byKey(registry.placements)
  const locales = createLocales(hub, localesIn(registry))
  const templates = createTemplates(timezone)

  const placementOf = (key: string): Placement => {
    const placement = placements.get(key)
    if (placement === undefined) throw new Error(`reading placement "${key}": the registry has none with this key`)
    return placement
  }
  const traits = (names: readonly Name[]) => [...new Set(names.map((name) => traitOf(name, isTrait)))].sort()
  const namesOf = (parsed: readonly Template[], use: 'reads' | 'needs') => traits(parsed.flatMap((each) => each[use]))

  const parse = remember((offerKey: string, placementKey: string, nearest: string | null): Parsed | null => {
    const [offer, placement] = [offers.get(offerKey), placementOf(placementKey)]
    const wording = offer && wordingOf(textsOf(offer, placement), placement.fields, locales.groups(nearest))
    if (!wording) return null
    const fields = wording.texts.map(({ field, text, locale }) => ({ field, template: templates(text, locale) }))
    const parsed = fields.map(({ template }) => template)
    return { locale: wording.locale, fields, reads: namesOf(parsed, 'reads'), needs: namesOf(parsed, 'needs') }
  })
  /** What no trait is read for is the same for everybody: one object, made once. */
  const still = remember((offerKey: string, placementKey: string, nearest: string | null): Content | null => {
    const parsed = parse(offerKey, placementKey, nearest)
    return parsed && fill(parsed, placementOf(placementKey), () => undefined)
  })
  const variables = remember((offerKey: string, placementKey: string) => {
    const offer = offers.get(offerKey)
    const texts = offer === undefined ? [] : shownTexts(offer, placementOf(placementKey))
    return namesOf(
      texts.map(({ text, locale }) => templates(text, locale)),
      'reads',
    )
  })
  const contentRevision = remember((offer: string | null, placement: string) =>
    contentRevisionOf(offers.get(offer ?? ''), placementOf(placement), { locales: hub, timezone }),
  )
  const fallback = remember((placementKey: string, nearest: string | null): Content => {
    const { fallback: texts, fields } = placementOf(placementKey)
    const wording = wordingOf([texts], fields, locales.groups(nearest))
    const shown = wording?.texts.map(({ field, text }) => [field, text]) ?? []
    return { locale: wording?.locale ?? hub[0] ?? '', fields: Object.fromEntries(shown) }
  })
  return {
    nearest: locales.nearest,
    needs: (offer, placement, locale) => parse(offer, placement, locales.nearest(locale))?.needs ?? [],
    variables,
    contentRevision,
    render: (offer, placement, locale, value) => {
      const nearest = locales.nearest(locale)
      const parsed = parse(offer, placement, nearest)
      if (parsed === null || parsed.reads.length === 0) return still(offer, placement, nearest)
      return fill(parsed, placementOf(placement), value)
    },
    fallback: (placement, locale) => fallback(placement, locales.nearest(locale)),
    transform: (text, locale, value) => {
      const template = templates(text, locales.nearest(locale) ?? hub[0] ?? '')
      try {
        return template.render({ value })
      } catch {
        return null
      }
    },
  }
}
