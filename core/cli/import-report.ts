import type { Progress } from './import-progress.ts'

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

type Counts = Map<string, { count: number; lines: number[] }>
const count = (counts: Counts, what: string, line: number): void => {
  const known = counts.get(what) ?? { count: 0, lines: [] }
  known.count += 1
  if (known.lines.length < shownLines) known.lines.push(line)
  counts.set(what, known)
}

/** Counts what is accepted, and what is refused by reason; on from `before` where an import goes on after a break. */
export const createReport = (before: Progress | null = null) => {
  const reasons: Counts = new Map()
  /** What the hub refused, by code: its reasons may hold what a person said, and are not kept. */
  const codes: Counts = new Map()
  let accepted = before?.accepted ?? 0
  let repeated = before?.repeated ?? 0
  for (const { code, count, lines } of before?.refused ?? []) {
    reasons.set(`${code}, before the break`, { count, lines: [...lines] })
    codes.set(code, { count, lines: [...lines] })
  }
  return {
    accept: (some: number, known: number): void => {
      accepted += some
      repeated += known
    },
    refuse: (line: number, reason: string): void => count(reasons, reason, line),
    refusedByHub: (line: number, code: string, detail: string): void => {
      count(reasons, `${code}: ${detail}`, line)
      count(codes, code, line)
    },
    /** How many messages were judged. */
    soFar: (): number => accepted + [...reasons.values()].reduce((sum, { count }) => sum + count, 0),
    progress: (position: number): Progress => ({
      position,
      accepted,
      repeated,
      refused: [...codes].map(([code, known]) => ({ code, ...known })),
    }),
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
