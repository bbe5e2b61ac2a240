import type { Change, Receipt } from '../../../core/contract/change.ts'
import type { Connector } from '../../../core/contract/connector.ts'
import type { SandboxFactory } from '../../../core/contract/sandbox.ts'
import { connectorFrom } from '../../../core/host/manifest.ts'
import * as letterbox from '../../support/letterbox/index.ts'
import { sandbox } from '../../support/letterbox/sandbox.ts'
import { required, type Subject } from '../check.ts'

/** A good subject with one thing broken. */
export interface Beast {
  /** What is broken, as it follows 'a connector that'. */
  readonly does: string
  readonly connector?: Partial<Connector>
  readonly sandbox?: SandboxFactory
  /** How the names of the checks begin, each of which must catch it. */
  readonly caughtBy: readonly string[]
}

export const good: Subject = { connector: connectorFrom(letterbox, 'letterbox'), sandbox }

type Push = NonNullable<Connector['push']>
export const push: Push = required(good.connector.push)

/** A push that alters what it is given, and says nothing of it. */
export const altering =
  (alter: (change: Change) => Partial<Change>): Push =>
  (ctx, changes) =>
    push(
      ctx,
      changes.map((change) => ({ ...change, ...alter(change) })),
    )

/** A push that alters what it answers. */
export const answering =
  (answer: (receipt: Receipt) => Receipt): Push =>
  async (ctx, changes) =>
    (await push(ctx, changes)).map(answer)

export const applied = (contact: string): Receipt => ({ contact, status: 'applied', remoteId: 'lb1' })
