import { type CheckGround, keysOf } from './check-ground.ts'
import { misfit } from './content-field.ts'
import type { Path } from './leaves.ts'
import { createLocales, languageOf } from './locales.ts'
import { type Problem, unknownName } from './problem.ts'
import type { Placement } from './registry.ts'
import { isPlain } from './template.ts'
import { requiredFields, wordingOf } from './texts.ts'

type Check = (placement: Placement, path: Path, ground: CheckGround) => readonly Problem[]

/** Locales whose language nobody is spoken to in: rather a slip of the pen. */
export const checkLocales = (found: Readonly<Record<string, unknown>>, path: Path, locales: readonly string[]) => {
  const languages = new Set(locales.map(languageOf))
  return Object.keys(found).flatMap((locale) =>
    languages.has(languageOf(locale)) ? [] : unknownName([...path, locale], 'locale', locale, new Set(locales)),
  )
}

const checkNames: Check = ({ slot, connector, channel }, path, { registry, connectors }) => {
  const unknownSlot = unknownName([...path, 'slot'], 'slot', slot, keysOf(registry.slots))
  if (connector === undefined) return unknownSlot
  const facts = connectors.find(({ key }) => key === connector)
  if (facts === undefined)
    return [...unknownSlot, ...unknownName([...path, 'connector'], 'connector', connector, keysOf(connectors))]
  const message = `connector "${connector}" serves the channel ${facts.channel}`
  const strange = { path: [...path, 'channel'], message, found: channel, allowed: [facts.channel] }
  return facts.channel === channel ? unknownSlot : [...unknownSlot, strange]
}

const checkScope: Check = ({ slot, connector }, path, { registry }) => {
  const scope = registry.slots.find(({ key }) => key === slot)?.scope
  if (scope !== 'request' || connector === undefined) return []
  const message = `slot "${slot}" answers one request alone and is never pushed: leave out the connector`
  return [{ path: [...path, 'connector'], message, found: connector }]
}

const checkObserved: Check = ({ observed }, path, { registry }) =>
  Object.entries(observed?.values ?? {}).flatMap(([value, offer]) =>
    offer === null ? [] : unknownName([...path, 'observed', 'values', value], 'offer', offer, keysOf(registry.offers)),
  )

const checkTexts: Check = ({ fallback, fields }, path) =>
  Object.entries(fallback).flatMap(([locale, texts]) =>
    Object.entries(texts).flatMap(([field, text]): readonly Problem[] => {
      const at = [...path, 'fallback', locale, field]
      const declared = fields[field]
      if (declared === undefined) return unknownName(at, 'field', field, new Set(Object.keys(fields)))
      if (!isPlain(text))
        return [{ path: at, message: 'a fallback is shown as it stands, without variables', found: text }]
      const fault = misfit(text, declared)
      return fault === null ? [] : [{ path: at, message: `the fallback ${fault}`, found: text }]
    }),
  )

/** A customer of every locale can be shown the fallback. */
const checkComplete: Check = ({ fallback, fields }, path, { locales }) =>
  locales.flatMap((locale) => {
    const language = createLocales([locale], Object.keys(fallback)).groups(locale)
    if (wordingOf([fallback], fields, language) !== null) return []
    const required = requiredFields(fields).join(', ') || Object.keys(fields).join(' or ')
    return [
      {
        path: [...path, 'fallback'],
        message: `has no complete text in ${locale}: it needs ${required}`,
        found: locale,
      },
    ]
  })

const checks: readonly Check[] = [checkNames, checkScope, checkObserved, checkTexts, checkComplete]

export const checkPlacements = (ground: CheckGround): readonly Problem[] =>
  ground.registry.placements.flatMap((placement, index) => {
    const path = ['placements', index]
    const locales = checkLocales(placement.fallback, [...path, 'fallback'], ground.locales)
    return [...checks.flatMap((check) => check(placement, path, ground)), ...locales]
  })
