import { afterEach, expect, it } from 'vitest'
import { ConnectorError } from '../../core/contract/errors.ts'
import { type Box, hubInABox } from '../support/hub.ts'
import { paperTool } from '../support/paper.ts'
import { connectorOf, identify, order, shopRegistry } from '../support/shop.ts'

let box: Box
afterEach(() => box.close())

const odd = 'x/y@x.test'
/** A tool that cannot be asked about one of its contacts, and refuses the whole request for it. */
const open = async () => {
  const clock = { now: Date.parse('2026-11-21T12:00:00Z') }
  const mail = paperTool(() => clock.now)
  const { read } = mail.connector
  const readSome: typeof read = async (ctx, contacts, wanted) => {
    if (contacts.some(({ key }) => key.value === odd)) throw new ConnectorError('invalid', 'looking: an odd path')
    return (await read?.(ctx, contacts, wanted)) ?? new Map()
  }
  mail.connector = { ...mail.connector, read: readSome }
  box = await hubInABox({
    clock,
    papers: { mail },
    registry: shopRegistry,
    connectors: { mail: connectorOf('mail') },
  })
  const pass = async (minutes: number) => {
    for (let minute = 0; minute < minutes; minute++) {
      clock.now += 60_000
      await box.flow.settle()
    }
  }
  return { mail, pass }
}

it('one contact that a tool cannot be asked about is given up alone, and spoils nobody', async () => {
  const { mail, pass } = await open()
  await box.say(
    ...[odd, 'ada@x.test', 'bob@x.test'].flatMap((email, index) => [
      identify(`u${index}`, { email }),
      order(`u${index}`, `o${index}`, 1, '2026-11-20T10:00:00Z'),
    ]),
  )
  await box.flow.settle()
  expect([...mail.cards.keys()].sort()).toEqual(['ada@x.test', 'bob@x.test'])
  await pass(60)
  const { items } = await box.flow.operations.deadLetters('mail', { limit: 9, cursor: null })
  expect(items).toMatchObject([{ contact: odd, reason: expect.stringContaining('an odd path') }])
  expect(await box.flow.operations.connector('mail')).toMatchObject({ pending: 0, deadLetters: 1 })
  expect(mail.holds(odd)).toBeNull()
})
