import { canonicalJson } from './json.ts'
import type { ProfileSettings } from './settings.ts'

/**
 * What of profile.yaml the fold of messages depends on, as one text: while it stays the same, all that was folded stays
 * right. How identifiers are read and ranked, what a source's statement is and which of two of them stands, and what is
 * kept of an event. Everything else is looked at when a profile is read: limits, ages, computed traits, consents.
 */
export const foldingOf = ({ identifiers, traits, events }: ProfileSettings): string => {
  const entriesOf = Object.entries(identifiers).map(([type, { blocked, region }]) => [type, blocked, region])
  const statements = Object.entries(traits).map(([name, { type, strategy }]) => [name, { type, strategy }] as const)
  return canonicalJson([entriesOf, Object.fromEntries(statements), events.types])
}
