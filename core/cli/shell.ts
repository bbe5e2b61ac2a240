import type { HubOptions, RunningHub } from '../hub.ts'
import type { RestingHub, RestingOptions } from '../resting.ts'

/** What a command touches of the world: everything of it is given, so that commands can be tested without a process. */
export interface Shell {
  readonly env: Readonly<Record<string, string | undefined>>
  /** What was asked for. */
  readonly out: (line: string) => void
  /** What a person should know besides. */
  readonly err: (line: string) => void
  readonly wait: (ms: number) => Promise<void>
  readonly startHub: (options: HubOptions) => Promise<Pick<RunningHub, 'url' | 'close'>>
  /** Works on the store while no hub runs. */
  readonly restHub: (options: RestingOptions) => Promise<RestingHub>
  /** Resolves when the process is asked to stop. */
  readonly untilStopped: () => Promise<void>
}

/** 0 good, 1 found problems, 2 wrong usage. */
export type ExitCode = 0 | 1 | 2
