import type { Loaded } from '../config/load.ts'
import { knownPlugins, readConfig } from '../flow/configure.ts'
import type { Shell } from './shell.ts'

/** The config files as they are now, in this process: they need not be those that the hub runs with. */
export const configOf = async ({ env }: Shell): Promise<{ readonly file: string; readonly loaded: Loaded }> => {
  const file = env.LEITSTERN_CONFIG ?? 'config/hub.yaml'
  return { file, loaded: readConfig(file, env, await knownPlugins(file)) }
}
