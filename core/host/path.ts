const separators = /[/\\]|%[0-9a-f]{2}/i
const unprintable = /[^!-~]/

const decoded = (segment: string): string | null => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return null
  }
}

/** Why a path cannot be sent below a base address, or `null`. Dots that climb are found behind percent-encoding, too. */
export const pathProblem = (path: string): string | null => {
  if (!path.startsWith('/')) return 'it must start with /'
  if (path.includes('//')) return 'it holds //'
  if (/[?#\\]/.test(path) || unprintable.test(path)) return 'it holds a character that must be percent-encoded'
  const segments = path.split('/').map(decoded)
  if (segments.includes(null)) return 'its percent-encoding is broken'
  return segments.includes('.') || segments.includes('..') ? 'it climbs with dots' : null
}

/** Whether a server that decodes before it routes could take the path for another one. */
export const isAmbiguous = (path: string): boolean =>
  path.split('/').some((segment) => separators.test(decoded(segment) ?? '%00'))

/** Whether a path is the pattern's: `*` stands for one segment, `**` at the end for any rest. */
export const pathMatches = (pattern: string, path: string): boolean => {
  const [wanted, given] = [pattern.split('/'), path.split('/')]
  const open = wanted.at(-1) === '**'
  const fixed = open ? wanted.slice(0, -1) : wanted
  if (open ? given.length < fixed.length : given.length !== fixed.length) return false
  return fixed.every((part, index) => (part === '*' ? given[index] !== '' : part === given[index]))
}
