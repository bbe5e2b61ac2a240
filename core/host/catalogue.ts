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
  /** The plugin's tool in small; `null` when it ships none. */
  readonly loadSandbox: (use: string) => Promise<SandboxFactory | null>
}

const folderName = /^[a-z][a-z0-9-]*$/
const packageName = /^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/
/** Source under tsx and vitest, built code under node. */
const endings = ['.ts', '.js'] as const

const isMissing = (error: unknown, name: string) =>
  error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND' && error.message.includes(name)
const isFactory = (value: unknown): value is SandboxFactory => typeof value === 'function'

/** The catalogue of a folder of plugins, given with a slash at its end. */
export const catalogueOf = (folder: URL): Catalogue => {
  const moduleOf = (id: string, name: string) =>
    endings.map((ending) => new URL(`${id}/${name}${ending}`, folder)).find((url) => existsSync(url)) ?? null

  const listPlugins = async () => {
    const entries = existsSync(folder) ? await readdir(folder) : []
    return entries.filter((id) => folderName.test(id) && moduleOf(id, 'index') !== null).sort()
  }
  const loadPackage = async (use: string): Promise<Connector> => {
    try {
      return connectorFrom(await import(use), null)
    } catch (error) {
      if (!isMissing(error, use)) throw error
      const known = (await listPlugins()).join(', ') || 'none'
      throw new Error(`there is no plugin of that name in plugins/ (there: ${known}) and no npm package is installed`)
    }
  }
  const loadConnector = async (use: string): Promise<Connector> => {
    try {
      if (!packageName.test(use)) throw new Error('a plugin is named by its folder or its npm package')
      const url = folderName.test(use) ? moduleOf(use, 'index') : null
      return await (url ? connectorFrom(await import(url.href), use) : loadPackage(use))
    } catch (error) {
      throw new Error(`loading the plugin "${use}": ${error instanceof Error ? error.message : error}`, {
        cause: error,
      })
    }
  }
  const loadSandbox = async (use: string): Promise<SandboxFactory | null> => {
    if (!packageName.test(use)) return null
    const url = moduleOf(use, 'sandbox')
    if (folderName.test(use) && moduleOf(use, 'index') && !url) return null
    const name = url?.href ?? `${use}/sandbox`
    const module: { sandbox?: unknown } = await import(name).catch((error: unknown) => {
      if (
        isMissing(error, use) ||
        (error instanceof Error && 'code' in error && error.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED')
      )
        return {}
      throw error
    })
    return isFactory(module.sandbox) ? module.sandbox : null
  }
  return { listPlugins, loadConnector, loadSandbox }
}

/** The plugins that ship with the hub, and all that npm finds. */
export const { listPlugins, loadConnector, loadSandbox } = catalogueOf(new URL('../../plugins/', import.meta.url))
