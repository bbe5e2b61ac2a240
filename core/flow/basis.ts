import type { ChannelPlan } from '../deliver/channel.ts'
import type { ProfileSettings } from '../profile/settings.ts'
import type { Program } from '../rules/program.ts'
import type { ProfileRow } from '../store/port.ts'

/** All that decisions and desired states are made under, at one time. A profile that was evaluated under another basis is stale. */
export interface Basis {
  /** Hash of revision, phases, accounts and everything else below. */
  readonly id: string
  readonly program: Program
  readonly settings: ProfileSettings
  readonly plans: readonly ChannelPlan[]
  readonly sourceRank: (source: string) => number
  readonly identityKey: string
  /** Whether a profile was looked at under this basis: what is stored of it is what the basis says until it falls due. */
  readonly covers: (row: ProfileRow) => boolean
}
