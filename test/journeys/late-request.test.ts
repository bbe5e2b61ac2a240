import { afterEach, expect, it } from 'vitest'
import { openSqlite } from '../../core/store/sqlite.ts'
import { type Box, hubInABox } from '../support/hub.ts'
import { type PaperTool, paperTool } from '../support/paper.ts'
import { connectorOf, identify, order, shopRegistry, withdrawal } from '../support/shop.ts'

let box: Box
afterEach(() => box.close())

/** A tool that begins to take the first push only when `arrive` is called: its sender has died by then. */
const slow = (paper: PaperTool) => {
  const { push } = paper.connector
  let arrive = async (): Promise<void> => {}
  const sent = new Promise<void>((tell) => {
    paper.connector = {
      ...paper.connector,
      push: (ctx, changes) => {
        paper.connector = { ...paper.connector, ...(push !== undefined && { push }) }
        arrive = async () => void (await push?.(ctx, changes))
        tell()
        return new Promise(() => {})
      },
    }
  })
  return { sent, arrive: () => arrive() }
}

it.each([
  {
    what: 'whoever withdraws their consent meanwhile is left with nothing of ours',
    meanwhile: () => box.say(withdrawal('ada')),
    head: undefined,
  },
  {
    what: 'whoever is decided anew meanwhile is shown the new decision',
    meanwhile: () => box.say(identify('ada', { 'subscription.endsAt': '2026-11-23T12:00:00Z' })),
    head: 'Renew',
  },
])('a request that reaches its tool after the hub that sent it has died: $what', async ({ meanwhile, head }) => {
  const clock = { now: Date.parse('2026-11-21T12:00:00Z') }
  const store = openSqlite(':memory:')
  const mail = paperTool(() => clock.now)
  const options = {
    clock,
    store,
    papers: { mail },
    registry: shopRegistry,
    connectors: { mail: connectorOf('mail') },
  }
  const { sent, arrive } = slow(mail)
  const dead = await hubInABox(options)
  await dead.say(identify('ada', { email: 'ada@x.test' }), order('ada', 'o1', 1, '2026-11-20T10:00:00Z'))
  await sent

  box = await hubInABox(options)
  await meanwhile()
  await box.flow.settle()
  await arrive()
  clock.now += 60_000
  await box.flow.settle()
  expect(mail.holds('ada@x.test')?.HEAD).toBe(head)
})
