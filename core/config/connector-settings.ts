import type { Plugin } from './connector-check.ts'
import { checkPluginSettings } from './plugin-check.ts'
import type { Problem } from './problem.ts'
import { readHub } from './read.ts'
import { emptyMap, find, keysAt, placeOf, type Tree, textAt } from './tree.ts'

/** The own settings of all connectors. */
export interface OwnSettings {
  /** By connector; those whose plugin is unknown are left out. */
  readonly settings: ReadonlyMap<string, Readonly<Record<string, unknown>>>
  readonly problems: readonly Problem[]
}

/** The plugins that hub.yaml and its includes name: they must be at hand before the config can be checked. */
export const usedPlugins = (file: string): readonly string[] => {
  const { tree } = readHub(file)
  return [...new Set(keysAt(tree, 'connectors').flatMap((key) => textAt(tree, 'connectors', key, 'use') ?? []))]
}

/** Whether a sandbox stands in for the tool. */
const isSandboxed = (hub: Tree, connector: string): boolean => {
  const sandbox = find(hub, ['connectors', connector, 'sandbox'])
  return sandbox?.kind === 'map' || (sandbox?.kind === 'scalar' && sandbox.value === true)
}

/** Whether what stands at a problem's path is a setting that a sandbox supplies, so that it need not be known. */
export const isSupplied = (hub: Tree, path: string): boolean =>
  keysAt(hub, 'connectors').some((key) => path.startsWith(`connectors.${key}.settings.`) && isSandboxed(hub, key))

const settingsIn = (hub: Tree, connector: string): Tree => {
  const path = ['connectors', connector, 'settings']
  return find(hub, path) ?? emptyMap(placeOf(hub, path))
}

/** Checks the settings of every connector by its plugin's schema: also where the rest of the connector has problems. */
export const checkOwnSettings = (stated: Tree, resolved: Tree, plugins: ReadonlyMap<string, Plugin>): OwnSettings => {
  const checked = keysAt(resolved, 'connectors').flatMap((key) => {
    const plugin = plugins.get(textAt(resolved, 'connectors', key, 'use') ?? '')
    const own = { stated: settingsIn(stated, key), resolved: settingsIn(resolved, key) }
    if (!plugin || own.stated.kind !== 'map') return []
    return [{ key, ...checkPluginSettings(plugin.settings, { ...own, sandbox: isSandboxed(resolved, key) }) }]
  })
  return {
    settings: new Map(checked.map(({ key, settings }) => [key, settings])),
    problems: checked.flatMap(({ problems }) => problems),
  }
}
