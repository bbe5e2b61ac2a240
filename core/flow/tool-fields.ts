import type { ToolField } from '../contract/connector.ts'
import { ConnectorError } from '../contract/errors.ts'
import type { Tool } from './tool.ts'

/** The fields that a tool has; null: it does not tell, or cannot be asked now. */
export const fieldsIn = async ({ connector, context }: Tool): Promise<readonly ToolField[] | null> => {
  try {
    return (await connector.fields?.(context('read'))) ?? null
  } catch (error) {
    if (error instanceof ConnectorError) return null
    throw error
  }
}
