import { traitNames } from './check-condition.ts'
import type { CheckGround } from './check-ground.ts'
import { checkLocales } from './check-placements.ts'
import { traitOf } from './content.ts'
import { misfit } from './content-field.ts'
import type { Path } from './leaves.ts'
import { createLocales } from './locales.ts'
import { type Problem, unknownName } from './problem.ts'
import type { Offer, Placement } from './registry.ts'
import { createTemplates, isPlain, templateFilters, templateTags } from './template.ts'
import { levelsOf, requiredFields, shownTexts, type Texts, textsOf, wordingOf } from './texts.ts'

/** The trait paths that a text reads, or what is wrong with it. */
type Read = (text: string, locale: string) => { readonly traits: readonly string[] } | { readonly fault: string }

interface Ground extends CheckGround {
  readonly read: Read
  readonly traits: ReadonlySet<string>
}

const reader = (timezone: string, traits: ReadonlySet<string>): Read => {
  const templates = createTemplates(timezone)
  return (text, locale) => {
    try {
      return { traits: templates(text, locale).reads.map((name) => traitOf(name, (trait) => traits.has(trait))) }
    } catch (error) {
      return { fault: error instanceof Error ? error.message : String(error) }
    }
  }
}

/** Liquid's own words for a filter or tag that is not there, and which are. */
const wants = [
  { words: /^undefined filter: (\w+)/, allowed: templateFilters },
  { words: /^tag "(\w+)" not found/, allowed: templateTags },
]
const lacking = (fault: string): Pick<Problem, 'found' | 'allowed'> => {
  const want = wants.find(({ words }) => words.test(fault))
  return want === undefined ? {} : { found: want.words.exec(fault)?.[1], allowed: want.allowed }
}

const checkText = (text: string, locale: string, path: Path, { read, traits }: Ground): readonly Problem[] => {
  const known = read(text, locale)
  if ('fault' in known)
    return [{ path, message: `cannot be read as Liquid: ${known.fault}`, found: text, ...lacking(known.fault) }]
  return known.traits.flatMap((trait) => unknownName(path, 'trait', trait, traits))
}

const fieldsAt = (level: string, placements: readonly Placement[]): ReadonlySet<string> =>
  new Set(placements.flatMap((placement) => (levelsOf(placement).includes(level) ? Object.keys(placement.fields) : [])))

const checkLevel = (level: string, texts: Texts, path: Path, ground: Ground): readonly Problem[] => {
  const fields = fieldsAt(level, ground.registry.placements)
  const ofLocale = ([locale, byField]: [string, Readonly<Record<string, string>>]) =>
    Object.entries(byField).flatMap(([field, text]) => {
      const at = [...path, locale, field]
      return [...unknownName(at, 'field', field, fields), ...checkText(text, locale, at, ground)]
    })
  return [...checkLocales(texts, path, ground.locales), ...Object.entries(texts).flatMap(ofLocale)]
}

const checkLevels = (offer: Offer, path: Path, ground: Ground): readonly Problem[] => {
  const levels = new Set(['default', ...ground.registry.placements.flatMap(levelsOf)])
  return Object.entries(offer.content).flatMap(([level, texts]) => {
    const at = [...path, level]
    const unknown = unknownName(at, 'placement or channel', level, levels)
    return unknown.length > 0 ? unknown : checkLevel(level, texts, at, ground)
  })
}

/** What a placement would refuse: a plain text that does not fit its field, a trait that its connector must not get. */
const checkShown = (offer: Offer, path: Path, placement: Placement, ground: Ground): readonly Problem[] => {
  const connector = ground.connectors.find(({ key }) => key === placement.connector)
  return shownTexts(offer, placement).flatMap(({ level, locale, field, text }): readonly Problem[] => {
    const at = [...path, level, locale, field]
    const declared = placement.fields[field]
    const fault = declared !== undefined && isPlain(text) ? misfit(text, declared) : null
    if (fault !== null) return [{ path: at, message: `${fault} in placement "${placement.key}"`, found: text }]
    const known = ground.read(text, locale)
    if (connector === undefined || 'fault' in known) return []
    const kept = known.traits.filter((trait) => ground.traits.has(trait) && !connector.map.includes(trait))
    return kept.map((found) => ({
      path: at,
      message: `reads "${found}", which the map of connector "${connector.key}" does not let out of the hub`,
      found,
      allowed: connector.map,
    }))
  })
}

/** Whether the offer can be shown at all: some placement of the slot has what it requires, in the default locale. */
const checkReach = (
  offer: Offer,
  path: Path,
  slot: string,
  placements: readonly Placement[],
  locales: readonly string[],
) => {
  const used = Object.values(offer.content).flatMap((texts) => Object.keys(texts))
  const languages = createLocales(locales, used).groups(null)
  const reaches = (each: Placement) => wordingOf(textsOf(offer, each), each.fields, languages) !== null
  if (placements.length === 0 || placements.some(reaches)) return []
  const needs = placements.map(({ key, fields }) => `${key} (${requiredFields(fields).join(', ') || 'any field'})`)
  const message = `has no complete text in ${locales[0]} for any placement of slot "${slot}": ${needs.join('; ')}`
  return [{ path, message }]
}

const slotsByOffer = ({ registry }: CheckGround): ReadonlyMap<string, ReadonlySet<string>> => {
  const slots = new Map<string, Set<string>>()
  for (const { offer, slot } of registry.rules) slots.set(offer, (slots.get(offer) ?? new Set()).add(slot))
  return slots
}

/** What offers say: Liquid, names, lengths, and that nothing is said through a connector which its map keeps back. */
export const checkContents = (given: CheckGround): readonly Problem[] => {
  const traits = traitNames(given.settings)
  const ground: Ground = { ...given, traits, read: reader(given.timezone, traits) }
  const slots = slotsByOffer(ground)
  return ground.registry.offers.flatMap((offer, index) => {
    const path = ['offers', index, 'content']
    const ofSlot = (slot: string) => {
      const placements = ground.registry.placements.filter((placement) => placement.slot === slot)
      const shown = placements.flatMap((placement) => checkShown(offer, path, placement, ground))
      return [...shown, ...checkReach(offer, path, slot, placements, ground.locales)]
    }
    return [...checkLevels(offer, path, ground), ...[...(slots.get(offer.key) ?? [])].flatMap(ofSlot)]
  })
}
