import type { SandboxReply } from '../../core/contract/sandbox.ts'
import type { Portal } from './sandbox-portal.ts'

/** A request as an endpoint of the sandbox gets it. */
export interface Ask {
  readonly held: Portal
  /** What stands in the place of `*` in the path. */
  readonly part: string
  readonly body: unknown
  readonly now: number
}
export type Route = (ask: Ask) => SandboxReply

export const ok = (json: unknown, status = 200): SandboxReply => ({ status, json })
const correlationId = '00000000-0000-4000-8000-000000000000'
/** An error in HubSpot's form. */
export const failure = (status: number, category: string, message: string, more: object = {}): SandboxReply =>
  ok({ status: 'error', message, correlationId, category, ...more }, status)
export const invalid = (message: string, more: object = {}) => failure(400, 'VALIDATION_ERROR', message, more)
export const missing = () => failure(404, 'OBJECT_NOT_FOUND', 'resource not found')
