import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { z } from 'zod'
import type { Connector, Context } from '../../core/contract/connector.ts'
import { contextFor } from '../../core/host/context.ts'
import { unpaced } from '../../core/host/pace.ts'
import type { Outgoing } from '../../core/host/transport.ts'
import { shared } from '../core/profile/shared.ts'

const exchange = z.object({
  method: z.string(),
  path: z.string(),
  body: z.unknown().optional(),
  status: z.number(),
  res: z.unknown().optional(),
})
/** A request to a vendor's live API, and what came back. */
export type Exchange = z.output<typeof exchange>

const exchangesOf = (vendor: string): readonly Exchange[] => {
  const packed = readFileSync(join(shared ?? '', 'contracts', 'recorded', `${vendor}.json.br`))
  return z.array(exchange).parse(JSON.parse(brotliDecompressSync(packed).toString('utf8')))
}
/** The recorded exchanges of one call with these statuses; none on a machine without the recordings. */
export const recorded = (vendor: string, method: string, path: RegExp, ...statuses: readonly number[]) =>
  shared === undefined
    ? []
    : exchangesOf(vendor).filter(
        (one) => one.method === method && path.test(one.path.split('?')[0] ?? '') && statuses.includes(one.status),
      )

const textOf = (res: unknown): string => (typeof res === 'string' ? res : JSON.stringify(res ?? ''))
/** A client that gets this answer to whatever it asks (and shows it to `seen`), through all that stands between a connector and its tool. */
export const replaying = <S extends z.ZodObject>(
  connector: Connector<S>,
  settings: unknown,
  { status, res }: Pick<Exchange, 'status' | 'res'>,
  seen: (request: Outgoing) => void = () => {},
): Context<z.output<S>> =>
  contextFor({
    connector,
    settings,
    mode: 'write',
    transport: async (request) => {
      seen(request)
      return { status, headers: {}, text: textOf(res) }
    },
    pace: unpaced,
    log: () => {},
    signal: new AbortController().signal,
    now: () => 0,
  })
