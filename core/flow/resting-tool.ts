import { ConnectorError } from '../contract/errors.ts'
import { loadConnector } from '../host/catalogue.ts'
import { tightened } from '../host/tightened.ts'
import { linesOf } from './tool.ts'
import { type openTool, stateOf } from './tools.ts'

/** A connector as it is configured, with no way to its tool: for work on the store while no hub runs. */
export const restingTool: typeof openTool = async (key, settings, stored, { now }) => {
  const connector = await loadConnector(settings.use)
  return {
    tool: {
      key,
      settings,
      connector,
      limits: tightened(connector.limits, settings.limits),
      lines: linesOf(settings, connector),
      context: () => {
        throw new ConnectorError('refused', `asking the tool of ${key}: no hub runs; start it with "leitstern start"`)
      },
      pauseUntil: () => undefined,
      sandboxUrl: null,
      state: stateOf(key, settings, stored, now()),
    },
    sandbox: null,
    letGo: () => undefined,
    close: async () => undefined,
  }
}
