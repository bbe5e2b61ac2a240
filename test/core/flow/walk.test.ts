import { afterEach, expect, it } from 'vitest'
import { openSqlite } from '../../../core/store/sqlite.ts'
import { type Box, hubInABox } from '../../support/hub.ts'
import { paperTool } from '../../support/paper.ts'
import { connectorOf, identify, order, shopRegistry } from '../../support/shop.ts'

let box: Box
afterEach(() => box.close())

const admin = { name: 'admin' }
/** The shop's rules, but for one offer: whoever has bought is told of something else. */
const otherRegistry = {
  ...shopRegistry,
  rules: shopRegistry.rules.map((rule) => (rule.key === 'care' ? { ...rule, offer: 'win-back' } : rule)),
}

/** A hub whose walk through everybody is kept from beginning until `go` is called. */
const held = async () => {
  const store = openSqlite(':memory:')
  let gate: Promise<void> = Promise.resolve()
  let go = () => {}
  const clock = { now: Date.parse('2026-11-21T12:00:00Z') }
  const mail = paperTool(() => clock.now)
  box = await hubInABox({
    clock,
    registry: shopRegistry,
    papers: { mail },
    connectors: { mail: connectorOf('mail') },
    store: {
      ...store,
      profiles: async (...page) => {
        await gate
        return store.profiles(...page)
      },
    },
  })
  return {
    mail,
    hold: () => {
      gate = new Promise((resolve) => {
        go = resolve
      })
    },
    go: () => go(),
  }
}
const publish = async (registry: Record<string, unknown>) => {
  box.write({ registry })
  await box.flow.operations.publish(admin)
}

it('a revision that is taken back before its walk has begun leaves nobody with what it decided', async () => {
  const { mail, hold, go } = await held()
  await box.say(identify('ada', { email: 'ada@x.test' }), order('ada', 'o1', 1, '2026-11-20T10:00:00Z'))
  await box.flow.settle()
  expect(mail.holds('ada@x.test')?.HEAD).toBe('Care')

  hold()
  await publish(otherRegistry)
  await box.say(identify('ada', { firstName: 'Ada' }))
  await publish(shopRegistry)
  go()
  await box.flow.settle()
  expect(mail.holds('ada@x.test')?.HEAD).toBe('Care')
})
