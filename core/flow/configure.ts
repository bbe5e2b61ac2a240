import type { Plugin } from '../config/connector-check.ts'
import { usedPlugins } from '../config/connector-settings.ts'
import { type Loaded, loadConfig } from '../config/load.ts'
import { listPlugins, loadConnector } from '../host/catalogue.ts'
import { isCron } from './schedule.ts'

/** The plugins that config may use: the folders of plugins/, and the npm packages that it names and that are there. */
export const knownPlugins = async (file: string): Promise<ReadonlyMap<string, Plugin>> => {
  const folders = await listPlugins()
  const packages = usedPlugins(file).filter((name) => !folders.includes(name))
  const found = await Promise.allSettled(packages.map(async (name) => [name, await loadConnector(name)] as const))
  const ours = await Promise.all(folders.map(async (name) => [name, await loadConnector(name)] as const))
  return new Map([...ours, ...found.flatMap((load) => (load.status === 'fulfilled' ? [load.value] : []))])
}

/** Reads and checks all config files; synchronous, so that a running hub can read its rules again at any time. */
export const readConfig = (
  file: string,
  env: Readonly<Record<string, string | undefined>>,
  plugins: ReadonlyMap<string, Plugin>,
): Loaded => loadConfig({ file, env, plugins, isCron })
