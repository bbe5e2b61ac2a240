import type { Aim, Standing } from './contact.ts'
import type { ConnectorSettings, Phase } from './settings.ts'

/** The phases in which the dispatcher may write at all; every other phase gets a client that cannot. */
export const writes = (phase: Phase): boolean => phase === 'pilot' || phase === 'live' || phase === 'retiring'

export interface Situation {
  readonly phase: Phase
  readonly standing: Standing
  /** pilot: drawn into a rollout of this connector. */
  readonly inCohort: boolean
  /** We have written to this contact before. */
  readonly written: boolean
  readonly onWithdraw: 'clear' | 'keep'
}

const fallen = ({ standing, written, onWithdraw }: Situation): Aim => {
  if (!written) return 'leave'
  return standing === 'withdrawn' && onWithdraw === 'keep' ? 'leave' : 'clear'
}

/**
 * The one place that says what a phase, a consent and a cohort allow (invariant 5): a contact is held only when live, or
 * in the pilot's cohort, and only while in scope with the consent that the tool needs. Without it our fields are cleared.
 */
export const aimOf = (situation: Situation): Aim => {
  const { phase, standing, inCohort, written } = situation
  switch (phase) {
    case 'off':
    case 'observe':
      return 'leave'
    case 'shadow':
      return standing === 'active' ? 'record' : 'leave'
    case 'retiring':
      return written ? 'retract' : 'leave'
    case 'pilot':
      if (!inCohort) return written ? 'retract' : 'leave'
      return standing === 'active' ? 'hold' : fallen(situation)
    case 'live':
      return standing === 'active' ? 'hold' : fallen(situation)
    default:
      return phase satisfies never
  }
}

/** The consent purpose that a connector's tool needs; null where config says why none is needed. */
export const purposeOf = (settings: ConnectorSettings): string | null =>
  'purpose' in settings.consent ? settings.consent.purpose : null
export const onWithdrawOf = (settings: ConnectorSettings): 'clear' | 'keep' =>
  'purpose' in settings.consent ? settings.consent.onWithdraw : 'clear'
