import type { ProfileSettings } from '../profile/settings.ts'
import type { Registry } from './registry.ts'

/** What of a connector its placements and offers have to agree with. */
export interface ConnectorFacts {
  readonly key: string
  readonly channel: string
  /** Trait paths that may leave the hub through it. */
  readonly map: readonly string[]
}
/** What a registry is held to. */
export interface CheckSettings {
  readonly settings: ProfileSettings
  readonly connectors: readonly ConnectorFacts[]
  /** hub.locales, the first is the default. */
  readonly locales: readonly string[]
  /** hub.timezone */
  readonly timezone: string
}
export interface CheckGround extends CheckSettings {
  readonly registry: Registry
}

export const keysOf = (kinds: readonly { readonly key: string }[]): ReadonlySet<string> =>
  new Set(kinds.map(({ key }) => key))
