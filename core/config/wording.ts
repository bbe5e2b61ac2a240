import type { z } from 'zod'

const units: Readonly<Record<string, string>> = { string: ' characters', array: ' entries', record: ' entries' }
const unitOf = (origin: string): string => units[origin] ?? ''
const formats: Readonly<Record<string, string>> = {
  url: 'an address such as https://hub.example',
  date: 'a date such as 2026-11-21',
  datetime: 'a time such as 2026-11-21T12:00:00Z',
}

/** What is allowed, in words for the end of a sentence. A schema's own message comes before it. */
export const wording = (issue: z.core.$ZodRawIssue): string => {
  switch (issue.code) {
    case 'too_small':
      return `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unitOf(issue.origin)}`
    case 'too_big':
      return `${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unitOf(issue.origin)}`
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`
    case 'invalid_format':
      return issue.format === 'regex' ? `text like ${issue.pattern}` : (formats[issue.format] ?? `a ${issue.format}`)
    default:
      return 'another value'
  }
}
