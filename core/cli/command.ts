import type { z } from 'zod'
import type { Client } from './client.ts'
import type { ExitCode, Shell } from './shell.ts'

/** What a command works with. */
export interface Call {
  readonly shell: Shell
  readonly hub: Client
  /** Answers what was asked: as one JSON value, or as these lines. */
  readonly tell: (value: unknown, lines: readonly string[]) => void
}

interface Facts {
  /** The words that call it, and its arguments: `phase <connector> <phase>`. */
  readonly usage: string
  readonly summary: string
  /** Flags as commander writes them, and what each is for. */
  readonly options?: readonly (readonly [flags: string, about: string])[]
  /** It needs the store only, and works on it while no hub runs. */
  readonly alone?: true
}
interface Definition<I extends z.ZodType> extends Facts {
  /** Arguments and options by name. What does not fit is wrong usage. */
  readonly input: I
  readonly run: (input: z.output<I>, call: Call) => Promise<ExitCode>
}
export interface Command extends Facts {
  /** Throws a `ZodError` for wrong usage. */
  readonly run: (given: unknown, call: Call) => Promise<ExitCode>
}

export const command = <I extends z.ZodType>({ input, run, ...facts }: Definition<I>): Command => ({
  ...facts,
  run: async (given, call) => run(input.parse(given), call),
})
