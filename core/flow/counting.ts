import { checkUnsaved } from '../config/registry-check.ts'
import type { Census } from './census.ts'
import type { Commits } from './commits.ts'
import type { Core } from './core.ts'
import type { Counting } from './operations.ts'

/** How many customers a condition finds that is not in the registry. */
export const createCounting = (core: Core, commits: Commits, census: Census): Counting => {
  const segments = () => new Map(core.basis().program.registry.segments.map(({ key, when }) => [key, when]))
  return {
    count: async (when) => {
      const { settings } = core.basis()
      const problems = checkUnsaved(when, { settings, segments: new Set(segments().keys()) })
      if (problems.length > 0) return { problems }
      return census.take(
        () => ({ when, segments: segments() }),
        (columns, at) => ({
          count: columns.count({ when, segments: segments() }, at),
          seq: commits.seq(),
          at: new Date(at).toISOString(),
        }),
      )
    },
  }
}
