import type { Membership, Wanted } from '../contract/change.ts'
import type { Connector, Context, Limits } from '../contract/connector.ts'
import { writes } from '../deliver/aim.ts'
import type { ContactState } from '../deliver/contact.ts'
import { type MapLine, readMap } from '../deliver/map.ts'
import type { ConnectorSettings } from '../deliver/settings.ts'
import type { Placement } from '../rules/registry.ts'
import type { ConnectorState } from '../store/port.ts'

/** What a client may do: only read, also write, or also create fields. */
export type Mode = 'read' | 'write' | 'setup'

/** One configured connector as it runs: its plugin, its way to the tool, and what outlives a restart. */
export interface Tool {
  readonly key: string
  readonly settings: ConnectorSettings
  readonly connector: Connector
  readonly limits: Limits
  readonly lines: readonly MapLine[]
  readonly context: (mode: Mode) => Context<Record<string, unknown>>
  /** Holds back every request until then: the tool asked for it. */
  readonly pauseUntil: (at: number) => void
  readonly sandboxUrl: string | null
  state: ConnectorState
}

/** The client that a phase allows: below pilot one that cannot write (invariant 5 by construction). */
export const contextNow = (tool: Tool): Context<Record<string, unknown>> =>
  tool.context(writes(tool.state.phase) ? 'write' : 'read')

export const linesOf = (settings: ConnectorSettings): readonly MapLine[] => readMap(settings.map)

/**
 * What to ask the tool for when looking at contacts: the fields and memberships that we own, those that we once wrote to
 * them, though the map names them no longer, and what placements observe.
 */
export const wantedOf = (tool: Tool, placements: Iterable<Placement>, states: readonly ContactState[]): Wanted => {
  const fields = new Set<string>()
  const memberships = new Map<string, Membership>()
  const join = ({ kind, name }: Membership) => memberships.set(`${kind}\0${name}`, { kind, name })
  for (const { target } of tool.lines) {
    if (target.kind === 'membership') join(target.membership)
    else if (target.owner === 'hub') fields.add(target.field)
  }
  for (const { held, tried } of states)
    for (const written of [held, tried]) {
      for (const field of Object.keys(written?.fields ?? {})) fields.add(field)
      for (const membership of written?.memberships ?? []) join(membership)
    }
  for (const placement of placements)
    if (placement.connector === tool.key && placement.observed !== undefined) fields.add(placement.observed.field)
  return { fields: [...fields], memberships: [...memberships.values()] }
}
