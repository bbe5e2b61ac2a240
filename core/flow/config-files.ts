import { resolve } from 'node:path'
import { formatProblem } from '../config/problem.ts'
import { knownPlugins, readConfig } from './configure.ts'
import type { ReadConfig } from './reloading.ts'

/** The files of a hub's config. */
export interface ConfigFiles {
  readonly read: ReadConfig
  /** The files and folders that were looked into: also of the last time that all was well. */
  readonly paths: () => readonly string[]
}

/** `file` is hub.yaml; the environment holds secrets that it names. */
export const configFiles = (file: string, env: Readonly<Record<string, string | undefined>>): ConfigFiles => {
  let good: readonly string[] = []
  let last: readonly string[] = [resolve(file)]
  return {
    read: async () => {
      const plugins = await knownPlugins(file)
      const loaded = readConfig(file, env, plugins)
      last = loaded.watch
      if ('problems' in loaded) return { problems: loaded.problems.map(formatProblem) }
      good = loaded.watch
      return { config: loaded.config }
    },
    paths: () => [...new Set([...good, ...last])],
  }
}
