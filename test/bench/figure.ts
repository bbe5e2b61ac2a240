/** Of several rounds. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}
/** What one case of a bench came to; each is printed as one line of JSON. */
export interface Figure {
  readonly bench: string
  readonly case: string
  /** CPU time (user and system) of the process that does the work, in microseconds for each `unit`. */
  readonly cpu: Spread
  readonly unit: string
  readonly rounds: number
  /** What ran beside it in the same rounds. */
  readonly baseline?: { readonly name: string; readonly cpu: Spread } | undefined
  /** The ratio is how often the baseline goes into this (`over`), or this into the baseline (`under`). */
  readonly ratio?: 'over' | 'under' | undefined
  /** What the ratio is to be: at most, where it is `over`, else at least. */
  readonly target?: number | undefined
  /** Whatever else is to be known. */
  readonly more?: Readonly<Record<string, unknown>> | undefined
}

export const spreadOf = (values: readonly number[]): Spread => {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (index: number) => sorted[index] ?? Number.NaN
  const middle = (sorted.length - 1) / 2
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  }
}

/** Three significant digits: more would be noise. */
export const rounded = (value: number): number => Number(value.toPrecision(3))
const range = ({ min, max }: Spread): readonly number[] => [rounded(min), rounded(max)]

const compared = ({ cpu, baseline, ratio = 'over', target }: Figure) => {
  if (baseline === undefined) return {}
  const over = cpu.median / baseline.cpu.median
  const value = ratio === 'over' ? over : 1 / over
  return {
    baseline: baseline.name,
    baselineCpuUs: rounded(baseline.cpu.median),
    baselineRange: range(baseline.cpu),
    ratio: rounded(value),
    ...(target === undefined ? {} : { target, met: ratio === 'over' ? value <= target : value >= target }),
  }
}

/** One line of JSON on the standard output. */
export const tell = (figure: Figure): void => {
  const { bench, cpu, unit, rounds, more = {} } = figure
  const line = {
    bench,
    case: figure.case,
    cpuUs: rounded(cpu.median),
    range: range(cpu),
    unit,
    ...compared(figure),
    ...more,
    node: process.version,
    rounds,
  }
  console.log(JSON.stringify(line))
}
