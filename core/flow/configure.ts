import type { Plugin } from '../config/connector-check.ts'
import { type Loaded, loadConfig } from '../config/load.ts'
import { listPlugins, loadConnector } from '../host/catalogue.ts'

/** The plugins that config may use, as far as it must know them. */
export const knownPlugins = async (): Promise<ReadonlyMap<string, Plugin>> =>
  new Map(await Promise.all((await listPlugins()).map(async (id) => [id, await loadConnector(id)] as const)))

/** Reads and checks all config files; synchronous, so that a running hub can read its rules again at any time. */
export const readConfig = (
  file: string,
  env: Readonly<Record<string, string | undefined>>,
  plugins: ReadonlyMap<string, Plugin>,
): Loaded => loadConfig({ file, env, plugins })
