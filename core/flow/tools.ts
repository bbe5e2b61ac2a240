import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Config } from '../config/load.ts'
import type { ConnectorSettings } from '../deliver/settings.ts'
import { loadConnector, loadSandbox } from '../host/catalogue.ts'
import { contextFor } from '../host/context.ts'
import { folderTransport } from '../host/folder.ts'
import { guardFor } from '../host/guard.ts'
import { loginFor } from '../host/login.ts'
import { paceFor } from '../host/pace.ts'
import { sandboxSeed } from '../host/sandbox-seed.ts'
import { type OpenSandbox, openSandbox } from '../host/sandbox-server.ts'
import { tightened } from '../host/tightened.ts'
import { bySchemes, type Transport, transportThrough } from '../host/transport.ts'
import { databaseTransport } from '../store/outside/transport.ts'
import type { ConnectorState } from '../store/stored.ts'
import type { Clock } from './clock.ts'
import type { Log } from './core.ts'
import { linesOf, type Tool } from './tool.ts'
import { urgencies } from './urgency.ts'

/** A connector as it runs, and how to let go of it. */
export interface OpenTool {
  readonly tool: Tool
  /** null: it is the real one. */
  readonly sandbox: OpenSandbox | null
  /** Ends what is under way; the sandbox goes on, for whoever takes it over. */
  readonly letGo: () => void
  readonly close: () => Promise<void>
}
export interface Surroundings {
  readonly config: Config
  /** The data folder; null: sandboxes keep nothing. */
  readonly data: string | null
  readonly now: Clock
  readonly log: Log
  /** Of each lane; `paceFor` unless stated. */
  readonly pace?: typeof paceFor
  /** The way to every tool; by its address unless stated. */
  readonly transport?: Transport
  /** One that runs already, for a connector that has a sandbox. */
  readonly sandbox?: OpenSandbox | null
}

const firstState = (key: string, settings: ConnectorSettings, at: number): ConnectorState => ({
  connector: key,
  phase: settings.phase,
  phaseSince: at,
  next: null,
  account: null,
  epoch: null,
  cursor: null,
  paused: null,
  withheld: {},
})

/** The stored state of a connector, or that of its first start. In config only `off` acts at once; any other phase there is a beginning. */
export const stateOf = (
  key: string,
  settings: ConnectorSettings,
  stored: ConnectorState | undefined,
  at: number,
): ConnectorState => {
  const state = { ...firstState(key, settings, at), ...stored }
  return settings.phase === 'off' ? { ...state, phase: 'off', next: null } : state
}

const sandboxOf = async (key: string, settings: ConnectorSettings, around: Surroundings) => {
  const { config, data, now } = around
  if (settings.sandbox === false) return null
  if (around.sandbox) return around.sandbox
  const factory = await loadSandbox(settings.use)
  if (factory === null)
    throw new Error(
      `starting the sandbox of ${key}: the plugin ${settings.use} ships none; set sandbox: false and its settings`,
    )
  const file = typeof settings.sandbox === 'object' ? resolve(config.folder, settings.sandbox.seed) : null
  const seed = file === null ? undefined : sandboxSeed.parse(JSON.parse(readFileSync(file, 'utf8')))
  return openSandbox({ factory, stateFile: data === null ? null : join(data, 'sandbox', `${key}.json`), now, seed })
}

/** The ways to tools that config allows: the web, folders of this machine, and databases. */
const transportOf = ({ config, data }: Surroundings, isSandbox: boolean): Transport => {
  const { loopback, networks, folders } = config.hub
  const guard = guardFor({ loopback: isSandbox || loopback, networks })
  const allowed = folders.map((folder) => resolve(data ?? config.folder, folder))
  const databases = databaseTransport({
    folders: allowed,
    isLoopback: guard.isLoopback,
    lookup: async (hostname) => {
      const [[first]] = await guard.lookup(hostname, {})
      if (first === undefined) throw new Error(`looking up ${hostname}: no address was found`)
      return first.address
    },
  })
  const schemes = { 'file:': folderTransport(allowed), 'sqlite:': databases, 'postgres:': databases }
  return bySchemes(schemes, transportThrough(guard))
}

/** Loads a connector's plugin, starts its sandbox where config asks for one, and gives it its one lane to the tool. */
export const openTool = async (
  key: string,
  settings: ConnectorSettings,
  stored: ConnectorState | undefined,
  around: Surroundings,
): Promise<OpenTool> => {
  const { now, log } = around
  const connector = await loadConnector(settings.use)
  const sandbox = await sandboxOf(key, settings, around)
  const limits = tightened(connector.limits, settings.limits)
  const pace = (around.pace ?? paceFor)(limits, now)
  const transport = around.transport ?? transportOf(around, sandbox !== null)
  const stop = new AbortController()
  const options = {
    connector,
    settings: sandbox === null ? settings.settings : { ...settings.settings, ...sandbox.sandbox.settings(sandbox.url) },
    transport,
    pace,
    login: loginFor(now),
    limits,
    log: (message: string, fields: Readonly<Record<string, unknown>> = {}) =>
      log.info({ connector: key, ...fields }, message),
    signal: stop.signal,
    now,
  }
  const modes = ['read', 'write', 'setup'] as const
  const contexts = new Map(
    modes.flatMap((mode) =>
      Object.entries(urgencies).map(
        ([urgency, priority]) => [`${mode} ${urgency}`, contextFor({ ...options, mode, priority })] as const,
      ),
    ),
  )
  const context: Tool['context'] = (mode, urgency = 'asked') => {
    const found = contexts.get(`${mode} ${urgency}`)
    if (found === undefined) throw new Error(`opening ${key}: it has no way for ${mode}, ${urgency}`)
    return found
  }
  const tool: Tool = {
    key,
    settings,
    connector,
    limits,
    lines: linesOf(settings, connector),
    context,
    pauseUntil: pace.pauseUntil,
    sandboxUrl: sandbox?.url ?? null,
    state: stateOf(key, settings, stored, now()),
  }
  const letGo = () => {
    stop.abort()
    pace.stop()
  }
  const close = async () => {
    letGo()
    await sandbox?.close()
  }
  return { tool, sandbox, letGo, close }
}
