import type { Wanted } from '../contract/change.ts'
import type { Connector, Context } from '../contract/connector.ts'
import type { Limits } from '../contract/limits.ts'
import { writes } from '../deliver/aim.ts'
import type { Desired } from '../deliver/contact.ts'
import { type MapLine, readMap } from '../deliver/map.ts'
import type { Leave } from '../deliver/parcel.ts'
import type { ConnectorSettings } from '../deliver/settings.ts'
import type { Placement } from '../rules/registry.ts'
import type { ConnectorState } from '../store/stored.ts'
import type { Urgency } from './urgency.ts'

/** What a client may do: only read, also write, or also create fields. */
export type Mode = 'read' | 'write' | 'setup'

/** One configured connector as it runs: its plugin, its way to the tool, and what outlives a restart. */
export interface Tool {
  readonly key: string
  readonly settings: ConnectorSettings
  readonly connector: Connector
  readonly limits: Limits
  readonly lines: readonly MapLine[]
  /** `asked` unless another urgency is stated. */
  readonly context: (mode: Mode, urgency?: Urgency) => Context<Record<string, unknown>>
  /** Holds back every request until then: the tool asked for it. */
  readonly pauseUntil: (at: number) => void
  readonly sandboxUrl: string | null
  state: ConnectorState
}

/**
 * Lets a tool under new settings take the place of what it was: what outlives a restart is one and the same from now on,
 * so that whatever is still under way in the old one brings nothing back.
 */
export const succeed = (old: Tool, next: Tool): void => {
  next.state = old.state
  Object.defineProperty(old, 'state', {
    get: () => next.state,
    set: (state: ConnectorState) => {
      next.state = state
    },
  })
}

/** The client that a phase allows: below pilot one that cannot write (invariant 5 by construction). */
export const contextNow = (tool: Tool, urgency: Urgency): Context<Record<string, unknown>> =>
  tool.context(writes(tool.state.phase) ? 'write' : 'read', urgency)

/** What may go out to a tool at present. */
export const leaveOf = ({ settings, state }: Pick<Tool, 'settings' | 'state'>): Leave => ({
  mayCreate: settings.contact.create === 'inScope',
  withheld: new Set(Object.keys(state.withheld)),
})

export const linesOf = (settings: ConnectorSettings, { defaults }: Pick<Connector, 'defaults'>): readonly MapLine[] =>
  readMap(settings.map, defaults)

/**
 * What to ask the tool for when looking at a contact: the fields and memberships that we own, what placements observe,
 * and what we wrote under an earlier map.
 */
export const wantedOf = (tool: Tool, placements: Iterable<Placement>, written: readonly Desired[] = []): Wanted => {
  const fields = new Set(written.flatMap((state) => Object.keys(state.fields)))
  const former = written.flatMap((state) => state.memberships)
  const memberships = [...new Map(former.map(({ kind, name }) => [`${kind}\0${name}`, { kind, name }])).values()]
  for (const { target } of tool.lines) {
    if (target.kind === 'membership') memberships.push(target.membership)
    else if (target.owner === 'hub') fields.add(target.field)
  }
  for (const placement of placements)
    if (placement.connector === tool.key && placement.observed !== undefined) fields.add(placement.observed.field)
  return { fields: [...fields], memberships }
}
