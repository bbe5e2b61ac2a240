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
})

/** HubSpot gives no id to a second contact; the others count, and count anew after a backup. */
describe.each(dialects.filter(({ use }) => use !== 'hubspot'))('an id of $use', (dialect) => {
  it('has come to be of somebody else: nobody is given what is meant for another', async () => {
    hub = await openRoughHub(dialect)
    await hub.buyers(3)
    const others = JSON.stringify(hub.tool.sandbox.state()).replaceAll(/p(\d)@x\.test/g, 'other$1@x.test')
    hub.tool.sandbox.restore(JSON.parse(others))
    const before = hub.tool.sandbox.contacts()
    await hub.box.say({ type: 'identify', messageId: 'moved', userId: 'u1', traits: { plan: 'basic' } })
    await hub.passes(3)
    const isOther = ({ email }: { readonly email: string }) => email.startsWith('other')
    expect(before.filter(isOther)).toHaveLength(3)
    expect(hub.tool.sandbox.contacts().filter(isOther)).toEqual(before.filter(isOther))
  })
})
