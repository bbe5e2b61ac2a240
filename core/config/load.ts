import { dirname, resolve } from 'node:path'
import type { ProfileSettings } from '../profile/settings.ts'
import type { Registry } from '../rules/registry.ts'
import { checkAcross } from './across.ts'
import type { Plugin } from './connector-check.ts'
import { checkOwnSettings, isSupplied, type OwnSettings } from './connector-settings.ts'
import type { HubSettings } from './hub.ts'
import { missingFiles, withPaths } from './named-files.ts'
import { type Parts, readParts } from './parts.ts'
import { located, type Problem } from './problem.ts'
import { readHub } from './read.ts'
import type { Env } from './reference.ts'
import { runExamples } from './registry-check.ts'
import { keysAt } from './tree.ts'

/** All that admins and marketers state in files, whole and checked. */
export type Config = Omit<HubSettings, 'include' | 'profile' | 'registry'> & {
  readonly profile: ProfileSettings
  /** The rules of all files of the rules folder, in the order of the files' names. */
  readonly registry: Registry
  readonly publish: HubSettings['registry']['publish']
  /** Absolute paths of all that was read: when one changes, the config may have changed. */
  readonly files: readonly string[]
  /** The absolute path of hub.yaml's folder. */
  readonly folder: string
}
export type Loaded = ({ readonly config: Config } | { readonly problems: readonly Problem[] }) & {
  /** Absolute paths of the files and folders that were looked into, those that are not there too: when what stands there changes, it is worth reading again. */
  readonly watch: readonly string[]
}

export interface Sources {
  /** hub.yaml; problems name files relative to where this does. */
  readonly file: string
  readonly env: Env
  /** The plugins that a connector may use, by folder or package name. */
  readonly plugins: ReadonlyMap<string, Plugin>
  /** Whether pulls can be scheduled by an expression; any will do unless stated. */
  readonly isCron?: (expression: string) => boolean
}

/** Every problem, in the order of the files and of their lines. */
const problemsOf = (parts: Parts, own: OwnSettings, sources: Sources): readonly Problem[] => {
  const { readings, references, hub, profile, registry } = parts
  const files = filesOf(parts)
  return [
    ...Object.values(readings).flatMap(({ problems }) => problems),
    ...references.problems.filter(({ path }) => !isSupplied(references.tree, path)),
    ...[hub, own, profile, registry].flatMap(({ problems }) => problems),
    ...missingFiles(hub.sound, hub.tree),
    ...checkAcross(parts, sources),
  ].sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column)
}

const absolute = (names: readonly string[]): readonly string[] => names.map((name) => resolve(name))
const filesOf = ({ readings }: Parts): readonly string[] => Object.values(readings).flatMap(({ files }) => files)

/**
 * Reads hub.yaml and all files that it names, and checks them as one: either all is well, or every problem of every
 * file is told at once; when there are none, the rules' examples are run, and what comes out otherwise than they expect
 * is a problem too. Secrets are resolved from the environment and from files, and stand in no problem.
 */
export const loadConfig = (sources: Sources): Loaded => {
  const { file, env, plugins } = sources
  const hubFiles = readHub(file)
  if (hubFiles.whole === null && keysAt(hubFiles.tree).length === 0)
    return { problems: hubFiles.problems, watch: absolute(hubFiles.files) }
  const parts = readParts(hubFiles, env)
  const { references, hub, profile, registry } = parts
  const own = checkOwnSettings(hubFiles.tree, references.tree, plugins)
  const problems = problemsOf(parts, own, sources)
  const watch = absolute([...filesOf(parts), ...references.files, parts.folder])
  if (problems.length > 0 || !hub.whole || !profile.whole || !registry.whole) return { problems, watch }
  const { timezone, locales } = hub.whole.hub
  const surprises = runExamples({ registry: registry.whole, settings: profile.whole, timezone, locales })
  if (surprises.length > 0) return { problems: surprises.map((finding) => located(registry.tree, finding)), watch }

  const { include: _, registry: rules, ...settings } = withPaths(hub.whole, references.tree)
  const connectors = Object.entries(settings.connectors).map(([key, connector]) => {
    return [key, { ...connector, settings: own.settings.get(key) ?? {} }]
  })
  return {
    watch,
    config: {
      ...settings,
      connectors: Object.fromEntries(connectors),
      profile: profile.whole,
      registry: registry.whole,
      publish: rules.publish,
      files: absolute([...filesOf(parts), ...references.files]),
      folder: dirname(resolve(file)),
    },
  }
}
