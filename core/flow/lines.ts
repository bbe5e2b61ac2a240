import { setTimeout as wait } from 'node:timers/promises'
import type { Core } from './core.ts'
import { createDispatcher, type Dispatcher } from './dispatch.ts'
import { createHints, type Hints } from './hints.ts'
import { createInflow, type Inflow } from './inflow.ts'
import { createInspection } from './inspection.ts'
import type { Intake } from './intake.ts'
import { type OnItsWay, onItsWay } from './on-its-way.ts'
import type { Passage } from './passage.ts'
import { createSweep, type Sweep } from './sweep.ts'
import type { Tool } from './tool.ts'
import type { OpenTool } from './tools.ts'

/** One connector with everything that works for it. Under other settings it is another line. */
export interface Line {
  readonly tool: Tool
  readonly open: OpenTool
  readonly dispatcher: Dispatcher
  readonly sweep: Sweep
  readonly hints: Hints
  readonly inflow: Inflow
  readonly late: OnItsWay
}
/** By connector, as config names them now. */
export type Lines = Map<string, Line>

/** Opens connectors by their keys: all of them, or none. */
export const openLines = async (
  keys: readonly string[],
  open: (key: string) => Promise<OpenTool>,
  discard: (opened: OpenTool) => Promise<void>,
): Promise<readonly OpenTool[]> => {
  const attempts = await Promise.allSettled(keys.map(open))
  const opened = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []))
  const failed = attempts.find((attempt) => attempt.status === 'rejected')
  if (failed === undefined) return opened
  await Promise.all(opened.map(discard))
  throw failed.reason
}

const graceMs = 10_000

/**
 * Ends a line in whose place another one came, or none. What it is sending ends as it began, within the grace; a
 * sandbox that is in use elsewhere goes on.
 */
export const retire = async ({ dispatcher, open }: Line, inUse: ReadonlySet<OpenTool['sandbox']>): Promise<void> => {
  const grace = new AbortController()
  await Promise.race([
    dispatcher.stop(),
    wait(graceMs, undefined, { ref: false, signal: grace.signal }).catch(() => {}),
  ])
  grace.abort()
  if (inUse.has(open.sandbox)) open.letGo()
  else await open.close()
}

/** `before` is the line in whose place this one is to come. */
export const createLine =
  (core: Core, intake: Intake, passage: Passage) =>
  (open: OpenTool, before?: Line): Line => {
    const { tool } = open
    const late = before?.late ?? onItsWay(core, tool)
    const inspect = createInspection(core, tool, late)
    const hints = createHints(core, tool, inspect)
    return {
      tool,
      open,
      dispatcher: createDispatcher(core, tool, late, before?.dispatcher.underWay),
      sweep: createSweep(core, tool, inspect),
      hints,
      inflow: createInflow(core, intake, passage, hints, tool),
      late,
    }
  }
