import { identityKeyOf } from '../config/hub.ts'
import type { Config } from '../config/load.ts'
import type { ChannelPlan } from '../deliver/channel.ts'
import { remembered } from '../profile/remembered.ts'
import type { ProfileSettings } from '../profile/settings.ts'
import type { Program } from '../rules/program.ts'
import type { ProfileRow } from '../store/stored.ts'

/** Under what messages are folded to profiles. */
export interface Folding {
  readonly settings: ProfileSettings
  readonly sourceRank: (source: string) => number
  readonly identityKey: string
  /** What a date without a time means. */
  readonly timezone: string
}
/** All that decisions and desired states are made under, at one time. A profile that was evaluated under another basis is stale. */
export interface Basis extends Folding {
  /** Hash of revision, phases, accounts and everything else below. */
  readonly id: string
  readonly program: Program
  readonly plans: readonly ChannelPlan[]
  /** Whether a profile was looked at under this basis: what is stored of it is what the basis says until it falls due. */
  readonly covers: (row: ProfileRow) => boolean
}

/** One for each config, so that who has computed something under it sees by identity that it still stands. */
export const foldingOf = remembered(
  ({ hub, profile, sources }: Config): Folding => ({
    settings: profile,
    sourceRank: (source) => sources[source]?.rank ?? 0,
    identityKey: identityKeyOf(hub),
    timezone: hub.timezone,
  }),
)
