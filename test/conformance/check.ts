import type { Connector } from '../../core/contract/connector.ts'
import type { SandboxFactory } from '../../core/contract/sandbox.ts'

/** A connector with its tool in small: what is examined. */
export interface Subject {
  readonly connector: Connector
  readonly sandbox: SandboxFactory
}

/** One thing that every connector must do, named as a sentence. `run` throws where it does not. */
export interface Check {
  readonly name: string
  readonly applies: (subject: Subject) => boolean
  readonly run: (subject: Subject) => Promise<void>
}

type Capability = 'fields' | 'setup' | 'pull' | 'push' | 'read' | 'erase' | 'webhook'

/** For checks of connectors that can do all of these. */
export const can =
  (...capabilities: readonly Capability[]): Check['applies'] =>
  ({ connector }) =>
    capabilities.every((capability) => connector[capability] !== undefined)

/** A capability that `applies` has made sure of. */
export const required = <T>(capability: T | undefined): T => {
  if (capability === undefined) throw new Error('running a check on a connector that it does not apply to')
  return capability
}
