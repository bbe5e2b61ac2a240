import type { Log } from '../../core/flow/core.ts'
import { openTool } from '../../core/flow/tools.ts'
import type { Store } from '../../core/store/port.ts'
import { type Box, hubInABox } from '../support/hub.ts'
import type { SimulatedTime } from '../support/simulated-time.ts'
import { connectorTo, type WeekTool } from './tool.ts'
import type { Wire } from './wire.ts'

/** A tool and the way to it. */
export type WiredTool = WeekTool & { readonly wire: Wire }
/** The hub of the week. */
export interface WeekHub {
  readonly box: Box
  /** What somebody would have to act on, beside credentials that are refused. */
  readonly alarms: readonly string[]
}
/** As a hub that runs does by itself: a tool whose credential was refused is asked again every half minute. */
const recheckMs = 30_000

const registryFor = (tools: readonly WeekTool[]) => ({
  segments: [{ key: 'buyers', when: { event: 'Order Completed' } }],
  slots: [{ key: 'lead' }],
  placements: tools.map(({ use, connector: { channel } }) => ({
    key: `${use}-hero`,
    channel,
    connector: use,
    slot: 'lead',
    fields: { headline: { type: 'text', max: 80, required: true } },
    fallback: { 'en-GB': { headline: 'New in' } },
  })),
  offers: [{ key: 'care', content: { default: { 'en-GB': { headline: 'Care' } } } }],
  rules: [{ key: 'care', slot: 'lead', when: { segment: 'buyers' }, offer: 'care' }],
})

/** The connector's own lane and client, over the wire in place of the network. */
const openWired =
  (tools: readonly WiredTool[]): typeof openTool =>
  async (key, settings, stored, around) => {
    const tool = tools.find(({ use }) => use === key)
    if (tool === undefined) throw new Error(`opening ${key}: the week has no such tool`)
    const sandbox = { url: 'http://127.0.0.1:4700', sandbox: tool.sandbox, close: async () => {} }
    return openTool(key, settings, stored, { ...around, sandbox, transport: tool.wire.transport })
  }

/** A hub with all these tools, live, at its vendors' pace. */
export const openWeekHub = async (tools: readonly WiredTool[], store: Store, time: SimulatedTime): Promise<WeekHub> => {
  const alarms: string[] = []
  const recheck = async (connector: string): Promise<void> => {
    await time.wait(recheckMs)
    if ('denied' in (await box.flow.operations.check(connector))) await recheck(connector)
  }
  const log: Log = {
    info: () => {},
    warn: () => {},
    error: ({ connector, kind, reason, err }, message) => {
      if (kind === 'auth') void recheck(String(connector))
      else alarms.push(`${message}: ${connector} ${kind} ${reason} ${String(err)}`)
    },
  }
  const opening = hubInABox({
    clock: time.clock,
    store,
    registry: registryFor(tools),
    connectors: Object.fromEntries(tools.map((tool) => [tool.use, connectorTo(tool)])),
    log,
    openTool: openWired(tools),
  })
  const box = await time.until(opening)
  return { box, alarms }
}
