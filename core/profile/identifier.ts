import type { Identifier } from '../contract/value.ts'
import { identifierRule } from './identifier-rule.ts'
import { type Compare, compareText } from './order.ts'
import type { ProfileSettings } from './settings.ts'
import { spell } from './spelling.ts'

/** What programs write where they have no id (after Segment's list of blocked values, and a few met in practice). */
const placeholders = new Set(['-1', 'null', 'undefined', 'nan', 'anonymous', 'none', 'unknown', 'n/a', 'guest'])
const onlyZeros = /^[0-]*$/

const namesNobody = (text: string): boolean => onlyZeros.test(text) || placeholders.has(text.toLowerCase())

/** The identifier in its one spelling; null where its value names nobody: blocked, a placeholder, or not of its type. */
export const normaliseIdentifier = (identifier: Identifier, settings: ProfileSettings): Identifier | null => {
  const { type } = identifier
  if (namesNobody(identifier.value.trim())) return null
  const rule = identifierRule(settings, type)
  const value = spell(type, identifier.value, rule.region)
  return value === null || rule.isBlocked(value) ? null : { type, value }
}

/** By rank; within a type by value, so that the subject of a message does not depend on the order of its fields. */
const strongestFirst =
  (settings: ProfileSettings): Compare<Identifier> =>
  (a, b) =>
    identifierRule(settings, a.type).rank - identifierRule(settings, b.type).rank ||
    compareText(a.type, b.type) ||
    compareText(a.value, b.value)

/** Normalised, each once, strongest first; those that name nobody are left out. */
export const normaliseIdentifiers = (
  stated: readonly Identifier[],
  settings: ProfileSettings,
): readonly Identifier[] => {
  const known = new Map<string, Identifier>()
  for (const identifier of stated) {
    const normalised = normaliseIdentifier(identifier, settings)
    if (normalised !== null) known.set(`${normalised.type}\0${normalised.value}`, normalised)
  }
  return [...known.values()].sort(strongestFirst(settings))
}

/** Reads `email:ada@example.test`, split at the first colon. Throws where there is none. Not yet normalised. */
export const parseIdentifier = (text: string): Identifier => {
  const colon = text.indexOf(':')
  if (colon < 1) {
    throw new Error(`reading the identifier "${text}": found no type; write type:value, as email:ada@example.test`)
  }
  return { type: text.slice(0, colon), value: text.slice(colon + 1) }
}
