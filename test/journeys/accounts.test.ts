import { afterEach, describe, expect, it } from 'vitest'
import { dialects } from '../support/rough/dialect.ts'
import { openRoughHub, type RoughHub } from '../support/rough/hub.ts'

let hub: RoughHub
afterEach(() => hub.close())
const admin = { name: 'admin' }

describe.each(dialects)('the account behind $use', (dialect) => {
  it('was restored from a backup under the same name: whom it has lost and what it has forgotten is put back', async () => {
    hub = await openRoughHub(dialect)
    await hub.buyers(3)
    const backup = hub.tool.sandbox.state()
    await hub.buyers(6)
    await hub.box.say({ type: 'identify', messageId: 'moved', userId: 'u1', traits: { plan: 'basic' } })
    await hub.box.flow.settle()
    await hub.rests(6)
    hub.tool.sandbox.restore(backup)
    expect(hub.tool.sandbox.contacts()).toHaveLength(3)
    await hub.box.flow.operations.pull('tool')
    await hub.passes(3)
    await hub.rests(6)
  })

  it('was restored to a time before the hub came: everybody is put back', async () => {
    hub = await openRoughHub(dialect)
    const backup = hub.tool.sandbox.state()
    await hub.buyers(5)
    hub.tool.sandbox.restore(backup)
    await hub.box.flow.operations.pull('tool')
    await hub.passes(3)
    await hub.rests(5)
  })

  it('is another one: check tells them apart, and everything is written into the new one', async () => {
    hub = await openRoughHub(dialect)
    await hub.buyers(5)
    const before = await hub.box.flow.operations.check('tool')
    hub.tool.swap('another')
    expect(await hub.box.flow.operations.check('tool')).not.toEqual(before)
    await hub.box.flow.operations.setup('tool', admin)
    await hub.passes(1)
    await hub.box.flow.operations.replay('tool', admin)
    await hub.passes(3)
    await hub.rests(5)
  })

  it('has others under the same numbers: nobody is given what is meant for another', async () => {
    hub = await openRoughHub(dialect)
    await hub.buyers(3)
    await hub.rests(3)
    const strangers = ['x', 'y', 'z'].map((name) => ({ email: `${name}@x.test`, fields: {}, memberships: [] }))
    hub.tool.swap('another')
    hub.tool.sandbox.seed(strangers)
    await hub.box.say({ type: 'identify', messageId: 'moved', userId: 'u1', traits: { plan: 'basic' } })
    await hub.passes(3)
    await hub.box.flow.operations.check('tool')
    await hub.box.flow.operations.setup('tool', admin)
    await hub.passes(1)
    await hub.box.flow.operations.replay('tool', admin)
    await hub.passes(3)
    await hub.rests(3)
    const seen = hub.tool.sandbox
      .contacts()
      .filter(({ email }) => strangers.some((stranger) => stranger.email === email))
    expect(seen.map(({ fields }) => fields)).toEqual([{}, {}, {}])
  })
})
