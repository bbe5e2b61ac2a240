/** A finalist, and why it did not win (null: it won). */
export interface Finalist {
  readonly rule: string
  readonly offer: string
  readonly tier: number
  readonly score: number
  readonly lost: 'tier' | 'score' | 'tie' | 'held' | 'cap' | null
}
/** How many rules of the slot left at which stage. */
export interface Counts {
  readonly considered: number
  readonly audience: number
  readonly schedule: number
  readonly validity: number
  readonly eligible: number
  readonly content: number
  readonly cap: number
}
/** What is stored of how an answer came about: enough to explain it without the data of that day. */
export interface Trace {
  readonly segments: readonly string[]
  readonly finalists: readonly Finalist[]
  readonly counts: Counts
}
/** A slot's answer for one profile. It hangs on an identifier, so merge, split and login carry it along. */
export interface Decision {
  readonly id: string
  readonly node: string
  readonly slot: string
  readonly offer: string
  readonly rule: string
  readonly revision: string
  readonly tier: number
  readonly score: number
  readonly since: number
  readonly endedAt: number | null
  /** A `Trace` as JSON: every decision keeps one, and hardly any is ever looked at. */
  readonly trace: string
}

export const packTrace = (trace: Trace): string => JSON.stringify(trace)
export const traceOf = ({ trace }: Pick<Decision, 'trace'>): Trace => JSON.parse(trace)

/** Why a placement shows what it shows. */
export const reasonCodes = ['won', 'held', 'no_rule', 'withheld', 'no_content'] as const
export type ReasonCode = (typeof reasonCodes)[number]
