import type { Config } from '../config/load.ts'
import { ConnectorError } from '../contract/errors.ts'
import type { Log } from './core.ts'
import { timed } from './skew.ts'
import { openTool } from './tools.ts'

/** What a connector's check told while no hub runs. */
export interface ToolCheck {
  readonly connector: string
  readonly account: string | null
  readonly skewS: number | null
  /** Why it failed; null: it did not. */
  readonly problem: string | null
}

const checkOne = async (config: Config, connector: string, log: Log): Promise<ToolCheck> => {
  const settings = config.connectors[connector]
  if (settings === undefined) throw new Error(`checking ${connector}: hub.yaml has no connector of that name`)
  const { tool, close } = await openTool(connector, settings, undefined, { config, data: null, now: Date.now, log })
  const { context, skewS } = timed(tool.context('read'), Date.now)
  try {
    const { account } = await tool.connector.check(context)
    return { connector, account, skewS: skewS(), problem: null }
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error
    return { connector, account: null, skewS: skewS(), problem: error.message }
  } finally {
    await close()
  }
}

/** Asks every tool for its account, as a hub would. Sandboxes run in a hub only and are left out, as is what is off. */
export const checkTools = (config: Config): Promise<readonly ToolCheck[]> => {
  const silent = (): void => undefined
  const asked = Object.entries(config.connectors).filter(
    ([, { sandbox, phase }]) => sandbox === false && phase !== 'off',
  )
  return Promise.all(asked.map(([key]) => checkOne(config, key, { info: silent, warn: silent, error: silent })))
}
