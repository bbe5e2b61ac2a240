import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import type { Connector } from '../contract/connector.ts'
import type { SandboxFactory } from '../contract/sandbox.ts'
import { connectorFrom } from './manifest.ts'

/** What can be used as a connector here: the folders in plugins/, and npm packages by name. */
export interface Catalogue {
  /** Ids of the folders in plugins/, sorted. Packages are not listed: any could be one. */
  readonly listPlugins: () => Promise<readonly string[]>
  /** Throws an `Error` that says what is wrong with the plugin and what to do. */
  readonly loadConnector: (use: string) => Promise<Connector>
  /** The plugin's tool in small (`sandbox.ts` of a folder, `<name>/sandbox` of a package); `null` when it ships none. */
  readonly loadSandbox: (use: string) => Promise<SandboxFactory | null>
}

const folderName = /^[a-z][a-z0-9-]*$/
const packageName = /^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/
/** Source under tsx and vitest, built code under node. */
const endings = ['.ts', '.js'] as const
/** A module that is not there, as against one that fails while it loads. */
const absences: readonly unknown[] = ['ERR_MODULE_NOT_FOUND', 'ERR_PACKAGE_PATH_NOT_EXPORTED']

const importIfThere = async (name: string): Promise<unknown> => {
  try {
    return await import(name)
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && absences.includes(error.code)
    // What a module imports in its turn may be absent too, and that is not the same.
    if (isAbsent && error.message.includes(name.split('/sandbox')[0] ?? name)) return null
    throw error
  }
}
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
const isFactory = (value: unknown): value is SandboxFactory => typeof value === 'function'

/** The catalogue of a folder of plugins, given with a slash at its end. */
export const catalogueOf = (folder: URL): Catalogue => {
  const moduleIn = (id: string, name: string) =>
    endings.map((ending) => new URL(`${id}/${name}${ending}`, folder)).find((url) => existsSync(url)) ?? null
  const isFolder = (use: string) => folderName.test(use) && moduleIn(use, 'index') !== null

  const load = async (use: string, name: 'index' | 'sandbox'): Promise<unknown> => {
    if (!packageName.test(use)) throw new Error('a plugin is named by its folder or by its npm package')
    if (!isFolder(use)) return importIfThere(name === 'index' ? use : `${use}/${name}`)
    const url = moduleIn(use, name)
    return url && import(url.href)
  }
  const naming = async <T>(use: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (cause) {
      throw new Error(`loading the plugin "${use}": ${messageOf(cause)}`, { cause })
    }
  }

  const listPlugins = async () => (existsSync(folder) ? (await readdir(folder)).filter(isFolder).sort() : [])
  const loadConnector = (use: string) =>
    naming(use, async () => {
      const module = await load(use, 'index')
      if (module !== null) return connectorFrom(module, isFolder(use) ? use : null)
      const known = (await listPlugins()).join(', ') || 'none'
      throw new Error(`it is neither a folder in plugins/ (there: ${known}) nor an installed npm package`)
    })
  const loadSandbox = (use: string) =>
    naming(use, async () => {
      const module = await load(use, 'sandbox')
      if (typeof module !== 'object' || module === null) return null
      if ('sandbox' in module && isFactory(module.sandbox)) return module.sandbox
      throw new Error('its sandbox module must export a function "sandbox"')
    })
  return { listPlugins, loadConnector, loadSandbox }
}

/** The plugins that ship with the hub, and all that npm finds. */
export const { listPlugins, loadConnector, loadSandbox } = catalogueOf(new URL('../../plugins/', import.meta.url))
