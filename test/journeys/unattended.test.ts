import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Box, hubInABox } from '../support/hub.ts'
import { paperTool } from '../support/paper.ts'
import { connectorOf, identify, order, shopRegistry } from '../support/shop.ts'

const noon = Date.parse('2026-11-21T12:00:00Z')
const minute = 60_000
let box: Box
beforeEach(
  () =>
    void vi.useFakeTimers({
      now: noon,
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
    }),
)
afterEach(async () => {
  await box.close()
  vi.useRealTimers()
})

it('a hub that runs notices by itself that a tool is another account, and writes everything anew', async () => {
  const clock = {
    get now() {
      return Date.now()
    },
  }
  const mail = paperTool(() => clock.now)
  box = await hubInABox({
    clock,
    unattended: true,
    papers: { mail },
    registry: shopRegistry,
    connectors: { mail: connectorOf('mail', { contact: { key: 'email', create: 'inScope' } }) },
  })
  await box.say(identify('u1', { email: 'ada@x.test' }), order('u1', 'o1', 1, '2026-11-20T10:00:00Z'))
  await vi.advanceTimersByTimeAsync(minute)
  expect(mail.holds('ada@x.test')?.HEAD).toBe('Care')
  mail.cards.clear()
  mail.epoch = 'another account'
  await vi.advanceTimersByTimeAsync(6 * minute)
  expect((await box.store.connectorStates())[0]?.epoch).toBe('another account')
  expect(mail.holds('ada@x.test')?.HEAD).toBe('Care')
})
