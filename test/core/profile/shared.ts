import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The folder of public suites and data sets, which is not part of the project. */
export const shared = process.env.LEITSTERN_SHARED

/** Appended to the name of a test that needs it: a skip line has to say why. */
export const needsShared = shared === undefined ? ' (skipped: LEITSTERN_SHARED is not set)' : ''

export const sharedText = (...path: readonly string[]): string => readFileSync(join(shared ?? '', ...path), 'utf8')
