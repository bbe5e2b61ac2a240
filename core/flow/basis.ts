import type { ChannelPlan } from '../deliver/channel.ts'
import type { ProfileSettings } from '../profile/settings.ts'
import type { Program } from '../rules/program.ts'

/** All that decisions and desired states are made under, at one time. A profile that was evaluated under another basis is stale. */
export interface Basis {
  /** Hash of revision, phases, accounts and everything else below. */
  readonly id: string
  readonly program: Program
  readonly settings: ProfileSettings
  readonly plans: readonly ChannelPlan[]
  readonly sourceRank: (source: string) => number
  readonly identityKey: string
}
