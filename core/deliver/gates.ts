import type { Phase } from './settings.ts'

/** What is known of a connector when somebody asks for another phase. */
export interface Readiness {
  readonly phase: Phase
  /** Milliseconds that it has been in shadow, all told. */
  readonly shadowMs: number
  readonly account: string | null
  readonly paused: string | null
  readonly canPush: boolean
  readonly canErase: boolean
  /** Names of rollouts that it takes part in. */
  readonly rollouts: readonly string[]
  /** Fields of its map that the tool does not have; null: the tool does not tell, or could not be asked. */
  readonly missingFields: readonly string[] | null
  /** Whom its scope and consents let it address. */
  readonly inScope: number
  readonly contacts: number
  readonly deadLetters: number
  readonly oldestPendingS: number
}
/** A condition of a phase. `required`: without it the move is refused; else a person may go on without it, and the audit says so. */
export interface Gate {
  readonly gate: string
  readonly required: boolean
  readonly met: boolean
  /** What was found, and what is wanted: two halves of a sentence. */
  readonly found: string
  readonly wanted: string
}

const dayMs = 86_400_000
/** Of the design's readiness gates: two weeks in shadow, fewer than one dead letter in a thousand contacts, a minute behind at most. */
const [shadowDays, deadShare, lagS] = [14, 0.001, 60]

type Rule = (ready: Readiness) => Gate
const gate = (name: string, required: boolean, met: boolean, found: string, wanted: string): Gate => ({
  gate: name,
  required,
  met,
  found,
  wanted,
})

const reached: Rule = ({ account }) =>
  gate('reached', true, account !== null, account ?? 'the tool was not reached yet', 'run check first')
const sound: Rule = ({ paused }) =>
  gate('not paused', true, paused === null, paused ?? 'it runs', 'mend what it is paused for, and run check')
const writable: Rule = ({ canPush }) =>
  gate('can be written', true, canPush, canPush ? 'it can' : 'it cannot', 'another plugin: this one only reads')
const furnished: Rule = ({ missingFields }) =>
  gate(
    'fields',
    true,
    missingFields === null || missingFields.length === 0,
    missingFields === null ? 'the tool does not tell' : missingFields.join(', ') || 'all there',
    'run setup, or create them in the tool',
  )
const drawn: Rule = ({ rollouts }) =>
  gate(
    'rollout',
    true,
    rollouts.length > 0,
    rollouts.join(', ') || 'no rollout in hub.yaml names it',
    'add one that says for whom the pilot is',
  )
const shadowed: Rule = ({ shadowMs }) =>
  gate(
    'time in shadow',
    false,
    shadowMs >= shadowDays * dayMs,
    `${(shadowMs / dayMs).toFixed(1)} days`,
    `${shadowDays} days, so that a whole cycle of campaigns was compared`,
  )
const piloted: Rule = ({ phase }) =>
  gate('piloted', false, phase === 'pilot' || phase === 'live', `it is in ${phase}`, 'a pilot first')
const populated: Rule = ({ inScope }) =>
  gate('somebody to address', false, inScope > 0, `${inScope} customers in scope whom the tool knows`, 'at least one')
const clean: Rule = ({ contacts, deadLetters }) =>
  gate(
    'dead letters',
    false,
    deadLetters <= contacts * deadShare,
    `${deadLetters} of ${contacts} contacts`,
    'fewer than one in a thousand',
  )
const current: Rule = ({ oldestPendingS }) =>
  gate('lag', false, oldestPendingS <= lagS, `${Math.round(oldestPendingS)} s behind`, `${lagS} s at most`)
const erasing: Rule = ({ canErase }) =>
  gate('erasure', false, canErase, canErase ? 'it can' : 'it cannot', 'whom the hub erases, a person must erase there')

const writing: readonly Rule[] = [writable, reached, sound, furnished]
const rules: Readonly<Record<Phase, readonly Rule[]>> = {
  off: [],
  observe: [],
  retiring: [],
  shadow: [reached],
  pilot: [...writing, drawn, shadowed, populated, erasing],
  live: [...writing, shadowed, piloted, populated, clean, current, erasing],
}

/** Whether a phase asks for anything. */
export const isGated = (to: Phase): boolean => rules[to].length > 0
/** What a phase asks for, and what of it is there. */
export const gatesOf = (to: Phase, ready: Readiness): readonly Gate[] => rules[to].map((rule) => rule(ready))
export const isBarred = ({ required, met }: Gate): boolean => required && !met
export const isWaived = ({ required, met }: Gate): boolean => !required && !met
