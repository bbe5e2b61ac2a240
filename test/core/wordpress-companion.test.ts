import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { isProven } from '../../core/host/proof.ts'
import { webhook } from '../../plugins/wordpress/webhook.ts'
import { needsShared, shared, sharedText } from './profile/shared.ts'

const folder = fileURLToPath(new URL('../../plugins/wordpress/wp-plugin/leitstern/', import.meta.url))
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.php'))
const php = (...args: readonly string[]) => spawnSync('php', args, { encoding: 'utf8' })
const needsPhp = php('-v').status === 0 ? '' : ' (skipped: there is no php on PATH)'

interface Signed {
  readonly secret: string
  readonly id: string
  readonly timestamp: number
  readonly payload: string
}
/** What the companion plugin puts into the header `webhook-signature`. */
const signature = ({ secret, id, timestamp, payload }: Signed): string => {
  const program = `define( 'ABSPATH', '/' ); require $argv[1] . 'includes/webhook.php';
    echo Leitstern\\signature( $argv[2], $argv[3], (int) $argv[4], $argv[5] );`
  return php('-r', program, folder, secret, id, String(timestamp), payload).stdout
}
const vectors = z.object({
  sign: z
    .array(
      z.object({
        secret: z.string(),
        id: z.string(),
        timestamp: z.number(),
        payload: z.string(),
        signature: z.string(),
      }),
    )
    .min(1),
})
const vectorsIn = () => vectors.parse(JSON.parse(sharedText('suites', 'standard-webhooks', 'vectors.json'))).sign

describe.skipIf(needsPhp !== '')(`the companion plugin of WordPress${needsPhp}`, () => {
  it.each(files)('%s is PHP', (file) => {
    expect(php('-l', `${folder}${file}`).stdout).toContain('No syntax errors')
  })

  it('signs so that the connector takes it, and nothing that was changed on the way', () => {
    const secret = 'whsec_c2VjcmV0IG9mIHRoZSBzaXRl'
    const message = { secret, id: 'msg_1', timestamp: 1_800_000_000, payload: '{"type":"user.updated","ü":"\\\\"}' }
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1800000000',
      'webhook-signature': signature(message),
    }
    const isTaken = (body: string, now = 1_800_000_000_000) =>
      isProven(
        webhook.proof,
        { webhookSecret: secret },
        { method: 'POST', url: '/', headers, body: Buffer.from(body) },
        now,
      )
    expect(isTaken(message.payload)).toBe(true)
    expect(isTaken(`${message.payload} `)).toBe(false)
    expect(isTaken(message.payload, 1_800_000_301_000)).toBe(false)
  })

  it.skipIf(shared === undefined)(`signs as Standard Webhooks has it${needsShared}`, () => {
    for (const vector of vectorsIn()) expect(signature(vector)).toBe(vector.signature)
  })
})

it.skipIf(shared === undefined)(`the connector takes what Standard Webhooks has signed${needsShared}`, () => {
  for (const { secret, id, timestamp, payload, signature: signed } of vectorsIn()) {
    const headers = { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v2,x ${signed}` }
    const request = { method: 'POST', url: '/', headers, body: Buffer.from(payload) }
    expect(isProven(webhook.proof, { webhookSecret: secret }, request, timestamp * 1000)).toBe(true)
  }
})
