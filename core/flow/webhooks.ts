import { ConnectorError } from '../contract/errors.ts'
import type { SourceRecord } from '../contract/record.ts'
import type { Hint } from '../contract/webhook.ts'
import { isProven } from '../host/proof.ts'
import type { Connectors } from './connector-operations.ts'
import type { Core } from './core.ts'
import type { Line } from './lines.ts'
import type { Tool } from './tool.ts'

/** What is there now of what was hinted at; null: the tool cannot be asked at present. */
const recalled = async (tool: Tool, hints: readonly Hint[]): Promise<readonly SourceRecord[] | null> => {
  const { recall } = tool.connector
  if (hints.length === 0 || recall === undefined) return []
  try {
    return await recall(tool.context('read'), hints)
  } catch (error) {
    if (error instanceof ConnectorError) return null
    throw error
  }
}

/** Takes the tools' webhooks: proven, parsed, and where they only hint at something, with what the tool holds by now. */
export const createWebhooks =
  (core: Core, lines: ReadonlyMap<string, Line>): Connectors['webhook'] =>
  async (id, request) => {
    const line = lines.get(id)
    const webhook = line?.tool.connector.webhook
    if (line === undefined || webhook === undefined || line.tool.state.phase === 'off') return 'unknown'
    const { settings } = line.tool.context('read')
    if (webhook.isPing?.(settings, request)) return 'pinged'
    if (!isProven(webhook.proof, settings, request, core.now())) return 'forged'
    const said = webhook.parse(settings, request)
    const hints = said.filter((one) => one.kind === 'hint')
    const records = await recalled(line.tool, hints)
    if (records === null) return 'later'
    if (line.tool.connector.recall === undefined) await line.hints.take(hints)
    await line.inflow.take([...said.filter((one) => one.kind !== 'hint'), ...records])
    return 'accepted'
  }
