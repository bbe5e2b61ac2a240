import { afterEach, describe, expect, it } from 'vitest'
import { type Box, hubInABox } from '../support/hub.ts'
import { type PaperTool, paperTool } from '../support/paper.ts'
import { connectorOf, identify, shopRegistry, withdrawal } from '../support/shop.ts'

let box: Box
afterEach(() => box.close())
const clock = { now: Date.parse('2026-11-21T12:00:00Z') }

/** A tool that answers a push for one of these people only when it is told to, and whom it was asked to write to meanwhile. */
const slowFor = (paper: PaperTool, emails: readonly string[]) => {
  const asked: string[] = []
  let answer: () => void = () => undefined
  const told = new Promise<void>((resolve) => {
    answer = resolve
  })
  const { push } = paper.connector
  const tool: PaperTool = {
    ...paper,
    connector: {
      ...paper.connector,
      push: async (ctx, changes) => {
        const named = changes.map(({ contact }) => contact.key.value)
        asked.push(...named)
        if (named.some((email) => emails.includes(email))) await told
        return push === undefined ? [] : push(ctx, changes)
      },
    },
  }
  return { tool, asked, answer }
}
/** So many turns of the event loop are enough for whatever does not wait for the tool. */
const aWhile = async () => {
  for (let turns = 0; turns < 200; turns++) await new Promise(setImmediate)
}
const open = async (mail: PaperTool) => {
  const connectors = { mail: connectorOf('mail', { map: { firstName: 'NAME' }, limits: { batch: 1 } }) }
  box = await hubInABox({ clock, papers: { mail }, registry: shopRegistry, connectors })
}

describe('while a tool is slow to answer', () => {
  it('others are sent what they should hold', async () => {
    const { tool, asked, answer } = slowFor(
      paperTool(() => clock.now),
      ['slow@x.test'],
    )
    await open(tool)
    await box.say(identify('u1', { email: 'slow@x.test', firstName: 'Slow' }))
    const first = box.flow.settle()
    await aWhile()
    await box.say(identify('u2', { email: 'ada@x.test', firstName: 'Ada' }))
    const second = box.flow.settle()
    await aWhile()
    expect(asked).toEqual(['slow@x.test', 'ada@x.test'])
    answer()
    await Promise.all([first, second])
  })

  it('a withdrawn consent waits for none of its lines', async () => {
    const slow = ['slow0@x.test', 'slow1@x.test']
    const { tool, asked, answer } = slowFor(
      paperTool(() => clock.now),
      slow,
    )
    await open(tool)
    await box.say(identify('u9', { email: 'ada@x.test', firstName: 'Ada' }))
    await box.flow.settle()
    for (const [index, email] of slow.entries()) await box.say(identify(`u${index}`, { email, firstName: 'Slow' }))
    const first = box.flow.settle()
    await aWhile()
    clock.now += 1_000
    await box.say(identify('u3', { email: 'bob@x.test', firstName: 'Bob' }))
    await box.say(withdrawal('u9', new Date(clock.now).toISOString()))
    const second = box.flow.settle()
    await aWhile()
    expect(asked.slice(1)).toEqual([...slow, 'ada@x.test'])
    answer()
    await Promise.all([first, second])
    expect(tool.holds('bob@x.test')).toEqual({ NAME: 'Bob' })
  })
})
