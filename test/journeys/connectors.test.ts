import { afterEach, describe, expect, it } from 'vitest'
import type { Dialect } from '../support/rough/dialect.ts'
import { openRoughHub, type RoughHub } from '../support/rough/hub.ts'

let hub: RoughHub
afterEach(() => hub.close())

/** Tryton has no fields of one's own: these take what the others have fields for. */
const ways: Readonly<Record<string, string>> = { plan: 'skype', head: 'other', offer: 'irc', decision: 'jabber' }
const tools: readonly Dialect[] = [
  { use: 'salesforce', channel: 'crm', field: (word) => `LS_${word}__c`, membership: 'campaign' },
  { use: 'tryton', channel: 'crm', field: (word) => ways[word] ?? word, membership: 'category' },
  { use: 'webhook', channel: 'custom', field: (word) => `ls_${word}`, membership: 'group' },
]
const count = 6
const admin = { name: 'admin' }
const faults = ['error 503', 'reset after', 'empty before', 'half, told', 'truncated after'] as const

describe.each(tools)('a hub with $use', { timeout: 60_000 }, (tool) => {
  it('delivers to it, and leaves nobody there who is erased', async () => {
    hub = await openRoughHub(tool)
    await hub.buyers(count)
    await hub.passes(2)
    await hub.rests(count)
    const identifier = { type: 'email', value: hub.emailOf(0) }
    const { items } = await hub.box.flow.operations.listProfiles({ limit: 1, cursor: null, identifier })
    await hub.box.flow.operations.erase(items[0]?.id ?? '', admin)
    await hub.passes(2)
    expect(JSON.stringify(hub.tool.sandbox.state())).not.toContain(identifier.value)
    await hub.rests(count - 1)
  })

  it('comes to rest after all that can go wrong', async () => {
    hub = await openRoughHub(tool)
    hub.tool.follow({ seed: 1, rules: faults.map((fault) => ({ fault, rate: 0.15, skip: 0 })) })
    await hub.buyers(count)
    await hub.passes(6)
    expect(new Set(hub.tool.served.map(({ fault }) => fault)).size).toBeGreaterThan(2)
    hub.tool.follow({ seed: 1, rules: [] })
    await hub.passes(8)
    await hub.rests(count)
  })
})

it('a hub logs in once, however much it then asks', async () => {
  const [salesforce] = tools
  if (salesforce === undefined) throw new Error('there is no such tool')
  hub = await openRoughHub(salesforce)
  await hub.buyers(count)
  await hub.passes(3)
  const paths = hub.tool.served.map(({ path }) => path)
  expect(paths.filter((path) => path.startsWith('/services/oauth2/token'))).toHaveLength(1)
  expect(paths.length).toBeGreaterThan(10)
})
