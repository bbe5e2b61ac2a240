import type { Operations } from './operations.ts'

const percent = (share: number): string => `${Math.round(share * 100)} %`
const part = (agreed: number, all: number): string => (all === 0 ? '–' : percent(agreed / all))

const columns = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/**
 * Channel by channel: phase, customers, decisions, and for how many of them the tool held the hub's answer before the
 * first write, and now; then, slot by slot, how many customers hear the same on all their channels.
 */
export const coherenceTable = async (operations: Operations): Promise<readonly string[]> => {
  const { channels, slots } = await operations.coherence()
  const rows = channels.map((channel) => [
    channel.channel,
    channel.connector,
    channel.phase,
    String(channel.inScope),
    String(channel.decided),
    part(channel.agreedBefore, channel.inScope),
    part(channel.agreed, channel.inScope),
    String(channel.pending),
  ])
  const bySlot = slots.map(({ slot, before, now, live }) => [
    slot,
    String(now.customers),
    percent(before.share),
    percent(now.share),
    live.customers === 0 ? '–' : percent(live.share),
  ])
  return [
    ...columns([
      ['channel', 'connector', 'phase', 'customers', 'decisions', 'coherent before', 'now', 'pending'],
      ...rows,
    ]),
    '',
    ...columns([['one answer on all channels', 'customers', 'before', 'now', 'among live channels'], ...bySlot]),
  ]
}
