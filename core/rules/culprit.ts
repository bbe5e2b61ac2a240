import type { Condition } from './condition.ts'

/** Whether a part of a condition holds. */
type Holds = (part: Condition) => boolean

/**
 * The part of a condition that makes it come out as it does, as deep as one part can be blamed: of an `all` that fails
 * the first part that fails, of a segment what it says. Where several are to blame together, all of them.
 */
export const culprit = (when: Condition, holds: Holds, segments: ReadonlyMap<string, Condition>): Condition => {
  const deeper = (part: Condition) => culprit(part, holds, segments)
  const outcome = holds(when)
  if ('all' in when || 'any' in when) {
    const parts = 'all' in when ? when.all : when.any
    // Every part has to hold for an `all`, one is enough for an `any`: the other way round, one part settles it.
    const settles = 'all' in when ? !outcome : outcome
    const deciding = settles ? parts.find((part) => holds(part) === outcome) : parts.length === 1 ? parts[0] : undefined
    return deciding === undefined ? when : deeper(deciding)
  }
  if ('not' in when) return { not: deeper(when.not) }
  const named = 'segment' in when ? segments.get(when.segment) : undefined
  return named === undefined ? when : deeper(named)
}

/** A value as it would stand in a rule file: `{ trait: plan, is: premium }`. */
export const asWritten = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(asWritten).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
    return `{ ${entries.map(([key, inner]) => `${key}: ${asWritten(inner)}`).join(', ')} }`
  }
  return typeof value === 'string' && /^[\w][\w .[\]-]*$/.test(value) ? value : JSON.stringify(value)
}
