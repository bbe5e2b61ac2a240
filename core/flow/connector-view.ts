import { contested } from '../deliver/contest.ts'
import type { ContactTotals } from '../store/stored.ts'
import type { ConnectorView } from './connector-operations.ts'
import type { Core } from './core.ts'
import type { Line } from './lines.ts'

/** So many of the contacts that are fought over are asked what is: the fields are mostly the same ones. */
const sampled = 20

/** What an admin must know and do: a sentence each. */
const problemsOf = async (core: Core, { tool }: Line, fought: number): Promise<readonly string[]> => {
  const { paused, withheld } = tool.state
  const sample = fought === 0 ? [] : (await core.store.contestedContacts(tool.key, sampled, null)).items
  const names = [...new Set(sample.flatMap((state) => [...contested(state)]))].sort()
  return [
    ...(paused === null ? [] : [paused]),
    ...Object.entries(withheld).map(
      ([field, reason]) => `${field} is written no more: ${reason}; mend that and replay`,
    ),
    ...(fought === 0
      ? []
      : [
          `somebody else keeps changing ${names.join(', ')}: written no more for ${fought} contacts; settle whose it is and replay`,
        ]),
  ]
}

const healthOf = ({ tool, dispatcher }: Line, problems: readonly string[]): ConnectorView['health'] => {
  if (tool.state.phase === 'off') return 'off'
  if (tool.state.paused !== null) return 'paused'
  return dispatcher.breaker() === 'closed' && problems.length === 0 ? 'ok' : 'failing'
}

/** One connector as it stands, with the totals of all. */
export const connectorView = async (core: Core, line: Line, all: readonly ContactTotals[]): Promise<ConnectorView> => {
  const { tool } = line
  const totals = all.find(({ connector }) => connector === tool.key)
  const oldest = totals?.oldestDirtyAt ?? null
  const problems = await problemsOf(core, line, totals?.contested ?? 0)
  return {
    id: tool.key,
    use: tool.settings.use,
    title: tool.connector.title,
    channel: tool.settings.channel,
    phase: tool.state.phase,
    phaseSince: new Date(tool.state.phaseSince).toISOString(),
    health: healthOf(line, problems),
    problem: problems.length === 0 ? null : problems.join('. '),
    account: tool.state.account,
    contacts: totals?.contacts ?? 0,
    pending: totals?.pending ?? 0,
    deadLetters: totals?.dead ?? 0,
    lagS: oldest === null ? 0 : Math.max(0, Math.round((core.now() - oldest) / 1_000)),
    sandbox: tool.sandboxUrl === null ? null : { url: `${tool.sandboxUrl}/__sandbox` },
  }
}
