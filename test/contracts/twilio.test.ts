import { describe, expect, it } from 'vitest'
import type { SandboxRequest } from '../../core/contract/sandbox.ts'
import { atWorkbench } from '../conformance/workbench.ts'
import { needsShared, shared } from '../core/profile/shared.ts'
import { asked, exercised, subjectOf } from './exercise.ts'
import { vendorSpec } from './spec.ts'

const subject = await subjectOf('twilio')
/** Whoever texted goes with all messages. */
const forgetting = async (): Promise<readonly SandboxRequest[]> => {
  const requests: SandboxRequest[] = []
  await atWorkbench(subject, async (bench) => {
    const { connector, context, sandbox, clock } = bench
    const form = new URLSearchParams(
      Buffer.from(sandbox.webhook?.('ada@example.test', clock.now).body ?? []).toString(),
    )
    const key = { type: 'phone', value: form.get('From') ?? '' }
    await connector.erase?.(context('write'), [{ id: 'c1', key }])
    requests.push(...bench.requests)
  })
  return requests
}
const requests = [...(await exercised(subject)), ...(await forgetting())]
const isId = (segment: string) => /@|^\+|^(US|SM|AC)[0-9a-f]{32}/.test(segment)

describe(`Twilio: requests by its OpenAPI of Conversations and of accounts${needsShared}`, () => {
  it.skipIf(shared === undefined)('all that the connector sends is described', () => {
    const spec = vendorSpec('twilio', 'twilio_conversations_v1.json', 'twilio_api_v2010.json')
    expect(requests.flatMap(spec)).toEqual([])
  })

  it('and that is all that it can do', () => {
    expect(asked(requests, isId)).toEqual([
      'DELETE /2010-04-01/Accounts/*/Messages/*',
      'DELETE /v1/Users/*',
      'GET /2010-04-01/Accounts/*',
      'GET /2010-04-01/Accounts/*/Messages.json',
      'GET /2010-04-01/Accounts/*/Messages/*',
      'GET /v1/Users',
      'GET /v1/Users/*',
      'POST /v1/Users',
      'POST /v1/Users/*',
    ])
  })
})
