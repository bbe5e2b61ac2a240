import { parseDate, parseInstant } from './instant.ts'
import type { TraitType } from './settings.ts'

const isoOf = (text: string): string | undefined => {
  const at = parseInstant(text)
  return at === null ? undefined : new Date(at).toISOString()
}

const readers: Readonly<Record<TraitType, (value: unknown) => unknown>> = {
  string: (value) => (typeof value === 'string' ? value : undefined),
  number: (value) => (Number.isFinite(value) ? value : undefined),
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  datetime: (value) => (typeof value === 'string' ? isoOf(value) : undefined),
  date: (value) => (typeof value === 'string' ? (parseDate(value) ?? undefined) : undefined),
  list: (value) => (Array.isArray(value) ? value : undefined),
}

/**
 * The value, if it is of the declared type, else undefined: "5" is no number, and guessing would make one source's
 * mistake everybody's data. Times become ISO 8601 in UTC with milliseconds, dates `2026-11-21`.
 */
export const typedValue = (type: TraitType, value: unknown): unknown => readers[type](value)
