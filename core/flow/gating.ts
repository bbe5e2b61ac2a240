import { type Gate, gatesOf, isGated } from '../deliver/gates.ts'
import type { Phase } from '../deliver/settings.ts'
import type { Core } from './core.ts'
import { createReports } from './reports.ts'
import type { Tool } from './tool.ts'
import { fieldsIn } from './tool-fields.ts'

/** Fields of the map that the tool does not list. Asks the tool. */
const missingIn = async (tool: Tool): Promise<readonly string[] | null> => {
  const there = tool.state.phase === 'off' ? null : await fieldsIn(tool)
  if (there === null) return null
  const names = new Set(there.map(({ name }) => name))
  const mapped = new Set(tool.lines.flatMap(({ target }) => (target.kind === 'field' ? target.field : [])))
  return [...mapped].filter((name) => !names.has(name))
}

/** How long it has been in shadow, all told: until it was moved on, by the audit, and since it is there now. */
const shadowMs = async (core: Core, { key, state }: Tool): Promise<number> => {
  const moves = (await core.store.audit('phase', 1_000)).filter(({ subject }) => subject === key)
  const stays = [
    ...moves.map(({ at, detail }) => ({ phase: detail.from, since: detail.since, until: at })),
    { phase: state.phase, since: state.phaseSince, until: core.now() },
  ]
  const lengths = stays.map(({ phase, since, until }) =>
    phase === 'shadow' && typeof since === 'number' ? until - since : 0,
  )
  return lengths.reduce((total, length) => total + length, 0)
}

/** What stands between a connector and a phase, as it is now. */
export const gatesFor = async (core: Core, tool: Tool, to: Phase): Promise<readonly Gate[]> => {
  // The way back waits for no tool, and for no look at all contacts.
  if (!isGated(to)) return []
  const [totals, { channels }] = [await core.store.contactTotals(), await createReports(core).coherence()]
  const own = totals.find(({ connector }) => connector === tool.key)
  const channel = channels.find(({ connector }) => connector === tool.key)
  const plan = core.basis().plans.find(({ connector }) => connector === tool.key)
  return gatesOf(to, {
    phase: tool.state.phase,
    shadowMs: await shadowMs(core, tool),
    account: tool.state.account,
    paused: tool.state.paused,
    canPush: tool.connector.push !== undefined,
    canErase: tool.connector.erase !== undefined,
    rollouts: (plan?.rollouts ?? []).map(({ name }) => name),
    missingFields: await missingIn(tool),
    inScope: channel?.inScope ?? 0,
    contacts: own?.contacts ?? 0,
    deadLetters: own?.dead ?? 0,
    oldestPendingS: channel?.oldestPendingS ?? 0,
  })
}
