import type { Trouble } from './episode.ts'
import { quantile } from './latencies.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import type { Burst } from './people.ts'
import type { WeekTool } from './tool.ts'
import { liveThrough, type WeekOptions } from './week.ts'

/** What became of one tool's contacts. */
export interface ToolReport extends Outcome {
  /** The address that the tool refuses. */
  readonly refused: string
  /** From the commit of a message until the hub knew that the tool holds it, in ms of simulated time. */
  readonly waited: { readonly count: number; readonly p50: number; readonly p99: number; readonly most: number }
  readonly requests: number
  /** If it had to be told of each burst in full batches and asked nothing. */
  readonly leastRequests: number
  /** In the last hours, when nothing was left to do. */
  readonly lateRequests: number
  readonly troubles: ReadonlyMap<Trouble, number>
}
/** How a week went. */
export interface WeekReport {
  readonly tools: ReadonlyMap<string, ToolReport>
  readonly poison: readonly string[]
  readonly repeated: readonly string[]
  readonly alarms: readonly string[]
}

const least = (bursts: readonly Burst[], { connector }: WeekTool): number => {
  const { ways, limits } = connector
  const batch = ways.push?.mode === 'single' ? 1 : limits.batch
  const changed = bursts.map(({ messages }) => new Set(messages.map(({ userId }) => userId)).size)
  return changed.reduce((sum, contacts) => sum + Math.ceil(contacts / batch), 0)
}

/** Lives through a week and tells how it went; nothing else of it is kept. */
export const reportOf = async (options: WeekOptions): Promise<WeekReport> => {
  const week = await liveThrough(options)
  const tools = new Map<string, ToolReport>()
  for (const tool of week.tools) {
    const waited = week.latencies.of(tool.use)
    const { sent, troubles } = tool.wire
    tools.set(tool.use, {
      ...(await outcomeOf(week, tool)),
      refused: tool.sandbox.refused,
      waited: {
        count: waited.length,
        p50: quantile(waited, 0.5),
        p99: quantile(waited, 0.99),
        most: quantile(waited, 1),
      },
      requests: sent.length,
      leastRequests: least(week.bursts, tool),
      lateRequests: sent.filter((at) => at >= week.restsAt).length,
      troubles,
    })
  }
  const { poison, alarms, latencies } = week
  await week.close()
  return { tools, poison, alarms, repeated: latencies.repeated }
}
