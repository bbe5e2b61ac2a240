/** One thing that doctor looked at. */
export interface Finding {
  readonly subject: string
  /** `note`: nobody has to act, but should know. */
  readonly state: 'good' | 'note' | 'problem'
  readonly found: string
  /** What to do about it. */
  readonly next?: string
}

export const good = (subject: string, found: string): Finding => ({ subject, state: 'good', found })
export const note = (subject: string, found: string, next: string): Finding => ({ subject, state: 'note', found, next })
export const problem = (subject: string, found: string, next: string): Finding => ({
  subject,
  state: 'problem',
  found,
  next,
})
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
