/** What became of a file's messages. */
export interface ImportReport {
  /** Stored, or known from before. */
  readonly accepted: number
  /** Of these, known from before. */
  readonly repeated: number
  readonly refused: readonly {
    readonly reason: string
    readonly count: number
    /** The first ones. */
    readonly lines: readonly number[]
  }[]
}

const shownLines = 5
const shownReasons = 20

/** Counts what is accepted, and what is refused by reason. */
export const createReport = () => {
  const reasons = new Map<string, { count: number; lines: number[] }>()
  let accepted = 0
  let repeated = 0
  return {
    accept: (count: number, known: number): void => {
      accepted += count
      repeated += known
    },
    refuse: (line: number, reason: string): void => {
      const known = reasons.get(reason) ?? { count: 0, lines: [] }
      known.count += 1
      if (known.lines.length < shownLines) known.lines.push(line)
      reasons.set(reason, known)
    },
    /** How many messages were judged. */
    soFar: (): number => accepted + [...reasons.values()].reduce((sum, { count }) => sum + count, 0),
    report: (): ImportReport => ({
      accepted,
      repeated,
      refused: [...reasons].map(([reason, known]) => ({ reason, ...known })).sort((a, b) => b.count - a.count),
    }),
  }
}

export const reportLines = ({ accepted, repeated, refused }: ImportReport): readonly string[] => [
  `${accepted} accepted${repeated > 0 ? ` (${repeated} known from before)` : ''}, ${refused.reduce((sum, { count }) => sum + count, 0)} refused`,
  ...refused
    .slice(0, shownReasons)
    .map(
      ({ reason, count, lines }) =>
        `  ${count} x ${reason} (line ${lines.join(', ')}${count > lines.length ? ', …' : ''})`,
    ),
  ...(refused.length > shownReasons ? [`  and ${refused.length - shownReasons} other reasons`] : []),
]
