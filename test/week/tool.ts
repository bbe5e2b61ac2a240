import type { Connector } from '../../core/contract/connector.ts'
import type { Sandbox, SandboxContact } from '../../core/contract/sandbox.ts'
import { loadConnector, loadSandbox } from '../../core/host/catalogue.ts'
import { spelled } from '../conformance/preparation.ts'

/** A plugin's tool, and how the hub's own fields are called there. */
export interface WeekTool {
  readonly use: string
  readonly connector: Connector
  readonly sandbox: Sandbox
  readonly plan: string
  readonly headline: string
  /** The first kind of membership that there is; null: none. */
  readonly membership: string | null
}

/** A tool of each of these plugins, where it ships one. */
export const openTools = async (uses: readonly string[], now: () => number): Promise<readonly WeekTool[]> => {
  const tools = uses.map(async (use): Promise<readonly WeekTool[]> => {
    const factory = await loadSandbox(use)
    if (factory === null) return []
    const connector = await loadConnector(use)
    if (connector.push === undefined) return []
    const subject = { connector, sandbox: factory }
    const [membership = null] = Object.keys(connector.memberships)
    const fields = { plan: spelled(subject, 'ls_text'), headline: spelled(subject, 'ls_other') }
    return [{ use, connector, sandbox: factory({ now }), membership, ...fields }]
  })
  return (await Promise.all(tools)).flat()
}

const group = 'Buyers'
/** A connector that holds a text, what one placement shows, and where the tool has such a thing, a membership. */
export const connectorTo = ({ use, connector, plan, headline, membership }: WeekTool) => ({
  use,
  channel: connector.channel,
  phase: 'live',
  sandbox: true,
  contact: { key: connector.keys.includes('email') ? 'email' : connector.keys[0], create: 'inScope' },
  consent: { none: true, because: 'nobody in this week is a real person' },
  map: {
    plan,
    [`placement.${use}-hero.headline`]: headline,
    ...(membership === null ? {} : { 'segment.buyers': { [membership]: group } }),
  },
})

/** What a tool shows under a name of the hub's. */
export const shown = (contact: SandboxContact, name: string) =>
  name.includes('/') ? contact.memberships.includes(name) : (contact.fields[name] ?? null)
