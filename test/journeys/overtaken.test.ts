import { afterEach, describe, expect, it } from 'vitest'
import { ConnectorError } from '../../core/contract/errors.ts'
import { during } from '../support/during.ts'
import { type Box, hubInABox } from '../support/hub.ts'
import { type PaperTool, paperTool } from '../support/paper.ts'
import { connectorOf, identify, order, shopRegistry, withdrawal } from '../support/shop.ts'

let box: Box
afterEach(() => box.close())
const admin = { name: 'admin' }

const open = async (as: (paper: PaperTool) => PaperTool, options: Record<string, unknown> = {}) => {
  const clock = { now: Date.parse('2026-11-21T12:00:00Z') }
  const mail = paperTool(() => clock.now)
  const connectors = { mail: connectorOf('mail') }
  box = await hubInABox({ clock, papers: { mail: as(mail) }, registry: shopRegistry, connectors, ...options })
  return mail
}
const ada = async () => {
  await box.say(identify('u1', { email: 'ada@x.test', firstName: 'Ada' }), order('u1', 'o1', 1, '2026-11-20T10:00:00Z'))
  await box.flow.settle()
}
const later = async () => {
  box.clock.now += 60_000
  await box.flow.settle()
}

describe('a send that is overtaken', () => {
  it('by the phase off: nothing is written', async () => {
    const mail = await open((paper) => during(paper, 'read', () => box.flow.operations.setPhase('mail', 'off', admin)))
    await ada()
    expect(mail.writes).toEqual([])
  })

  it('by a pilot: nobody outside the cohort is written', async () => {
    const rollouts = { nobody: { percent: 0, connectors: ['mail'] } }
    const mail = await open(
      (paper) => during(paper, 'read', () => box.flow.operations.setPhase('mail', 'pilot', admin)),
      { rollouts },
    )
    await ada()
    expect(mail.writes).toEqual([])
  })

  it('by a publication: the old decision is not sent', async () => {
    const registry: Record<string, unknown> = { ...shopRegistry }
    const publish = () => {
      registry.rules = shopRegistry.rules.map((rule) => (rule.key === 'care' ? { ...rule, offer: 'pro-tips' } : rule))
      return box.flow.operations.publish(admin)
    }
    const mail = await open((paper) => during(paper, 'read', publish), { registry })
    await ada()
    expect(mail.writes.flatMap(({ changes }) => changes.map(({ fields }) => fields.HEAD))).toEqual(['Tips'])
  })

  it('by a new state: that the tool refuses the old one says nothing about it', async () => {
    let refuses = true
    const mail = await open((paper) => {
      const { push } = paper.connector
      const refused = async (...args: Parameters<NonNullable<typeof push>>) => {
        if (!refuses) return push === undefined ? [] : push(...args)
        refuses = false
        box.clock.now += 1_000
        await box.say(identify('u1', { firstName: 'Grace' }))
        return args[1].map(({ contact }) => ({ contact: contact.id, status: 'rejected' as const, reason: 'not Ada' }))
      }
      return { ...paper, connector: { ...paper.connector, push: refused } }
    })
    await ada()
    await later()
    expect(mail.holds('ada@x.test')?.NAME).toBe('Grace')
  })

  it('by another account: what the old one answered is not taken for the new one', async () => {
    const mail = await open((paper) => {
      const { push } = paper.connector
      const restored = async (...args: Parameters<NonNullable<typeof push>>) => {
        const receipts = push === undefined ? [] : await push(...args)
        if (paper.epoch === 'restored') return receipts
        paper.cards.clear()
        paper.epoch = 'restored'
        await box.flow.operations.check('mail')
        await box.flow.operations.profile((await box.store.profiles(1, null)).items[0]?.id ?? '')
        return receipts
      }
      return { ...paper, connector: { ...paper.connector, push: restored } }
    })
    await ada()
    await later()
    expect(mail.holds('ada@x.test')?.HEAD).toBe('Care')
  })

  it('by a withdrawal, after a write whose answer never came: the tool is looked at and cleared', async () => {
    const mail = await open((paper) => paper)
    const down = new ConnectorError('transient', 'the connection broke')
    mail.fault = (kind) => (kind === 'push' ? { throws: down, applied: true } : null)
    await ada()
    expect(mail.holds('ada@x.test')?.NAME).toBe('Ada')
    mail.fault = () => null
    await box.say(withdrawal('u1', new Date(box.clock.now).toISOString()))
    await later()
    expect(mail.holds('ada@x.test')).toEqual({})
  })
})
