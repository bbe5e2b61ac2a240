import type { MapLine } from './map.ts'
import type { ConnectorSettings, Phase, RolloutSettings } from './settings.ts'

/** A rollout that a connector takes part in. Its name seeds the one draw for all its connectors. */
export interface Rollout {
  readonly name: string
  readonly settings: RolloutSettings
}
/** All that the pure stages need to know of one connector. */
export interface ChannelPlan {
  readonly connector: string
  readonly settings: ConnectorSettings
  readonly phase: Phase
  /** The account that check() named last, with its epoch. */
  readonly epoch: string
  readonly lines: readonly MapLine[]
  readonly rollouts: readonly Rollout[]
}
