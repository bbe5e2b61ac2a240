import { afterEach, describe, expect, it } from 'vitest'
import { ConnectorError } from '../../core/contract/errors.ts'
import type { Phase } from '../../core/deliver/settings.ts'
import { type Box, hubInABox } from '../support/hub.ts'
import { paperTool } from '../support/paper.ts'
import { connectorOf, identify, order, shopRegistry } from '../support/shop.ts'

let box: Box
afterEach(() => box.close())

const open = async (phase: Phase, more: Record<string, unknown> = {}, rollouts: Record<string, unknown> = {}) => {
  const clock = { now: Date.parse('2026-11-21T12:00:00Z') }
  const mail = paperTool(() => clock.now)
  mail.put('p0@x.test', { HEAD: 'their own', OLD: 'CARE' })
  box = await hubInABox({
    clock,
    papers: { mail },
    registry: shopRegistry,
    connectors: { mail: connectorOf('mail', { phase, ...more }) },
    rollouts,
  })
  return mail
}
const buyers = async (count: number) => {
  for (let n = 0; n < count; n++)
    await box.say(identify(`p${n}`, { email: `p${n}@x.test` }), order(`p${n}`, `o${n}`, 1, '2026-11-20T10:00:00Z'))
  await box.flow.settle()
}
const go = async (phase: Phase) => {
  const answer = await box.flow.operations.setPhase('mail', phase, { name: 'admin' })
  await box.flow.settle()
  return answer
}

describe('phases', () => {
  it('observe and shadow write nothing; shadow records what it would have written beside what the tool holds', async () => {
    const mail = await open('observe')
    await buyers(2)
    expect(mail.writes).toEqual([])
    await go('shadow')
    expect(mail.writes).toEqual([])
    const { items } = await box.flow.operations.shadow('mail', { limit: 10, cursor: null })
    const known = items.find(({ contact }) => contact === 'p0@x.test')
    expect(known).toMatchObject({ would: { HEAD: 'Care', OFFER: 'care' }, holds: { HEAD: 'their own' } })
    expect(items).toHaveLength(2)
  })

  it('going live writes what shadow had recorded, going back restores what the tool held before', async () => {
    const mail = await open('shadow')
    await buyers(2)
    await go('live')
    expect(mail.holds('p0@x.test')).toMatchObject({ HEAD: 'Care', OLD: 'CARE' })
    expect(await go('observe')).toEqual({ phase: 'retiring' })
    expect(mail.holds('p0@x.test')).toEqual({ HEAD: 'their own', OLD: 'CARE' })
    expect(mail.holds('p1@x.test')).toEqual({})
  })

  it('retiring leaves alone what somebody has changed in the tool since', async () => {
    const mail = await open('live')
    await buyers(1)
    mail.put('p0@x.test', { HEAD: 'edited by hand' })
    await go('observe')
    expect(mail.holds('p0@x.test')).toEqual({ HEAD: 'edited by hand', OLD: 'CARE' })
  })

  it('what a contact held that was not in the tool at first is given back too', async () => {
    const mail = await open('live', { contact: { key: 'email', create: 'never' } })
    await buyers(2)
    mail.put('p1@x.test', { HEAD: 'their own' })
    await box.flow.operations.pull('mail')
    await box.flow.settle()
    expect(mail.holds('p1@x.test')?.HEAD).toBe('Care')
    await go('observe')
    expect(mail.holds('p1@x.test')).toEqual({ HEAD: 'their own' })
  })

  it('what a lost answer has left in the tool is given back too', async () => {
    const mail = await open('live')
    const lost = new ConnectorError('unknown', 'no answer in time')
    mail.fault = (kind) => (kind === 'push' ? { throws: lost, applied: true } : null)
    await buyers(1)
    expect(mail.holds('p0@x.test')?.HEAD).toBe('Care')
    mail.fault = () => null
    await go('observe')
    expect(mail.holds('p0@x.test')).toEqual({ HEAD: 'their own', OLD: 'CARE' })
  })

  it('what a lost answer has left is given back, though something else was tried since and did not arrive', async () => {
    const mail = await open('live')
    const lost = new ConnectorError('unknown', 'no answer in time')
    mail.fault = (kind) => (kind === 'push' ? { throws: lost, applied: true } : null)
    await buyers(1)
    mail.fault = (kind) => (kind === 'push' ? { throws: lost, applied: false } : null)
    box.at('2026-11-21T13:00:00Z')
    await box.say(identify('p0', { 'subscription.endsAt': '2026-11-23T12:00:00Z' }))
    await box.flow.settle()
    expect(mail.holds('p0@x.test')?.HEAD).toBe('Care')
    mail.fault = () => null
    box.at('2026-11-21T14:00:00Z')
    await go('observe')
    expect(mail.holds('p0@x.test')).toEqual({ HEAD: 'their own', OLD: 'CARE' })
  })

  it('a rollout that names no offers lets every offer through, beside one that names some', async () => {
    const connectors = ['mail']
    const mail = await open(
      'pilot',
      {},
      { all: { percent: 100, connectors }, some: { percent: 100, offers: { keys: ['renew'] }, connectors } },
    )
    await buyers(1)
    expect(mail.holds('p0@x.test')?.HEAD).toBe('Care')
  })

  it('an offer outside the scope of the pilot gives back what the one before it had taken', async () => {
    const some = { percent: 100, offers: { keys: ['care'] }, connectors: ['mail'] }
    const mail = await open('pilot', {}, { some })
    await buyers(1)
    expect(mail.holds('p0@x.test')?.HEAD).toBe('Care')
    box.at('2027-02-21T12:00:00Z')
    await box.flow.settle()
    expect(mail.holds('p0@x.test')?.HEAD).toBe('their own')
    mail.put('p0@x.test', { HEAD: 'edited since' })
    await box.say(identify('p0', { firstName: 'Ada' }))
    await box.flow.settle()
    expect(mail.holds('p0@x.test')).toMatchObject({ NAME: 'Ada', HEAD: 'edited since' })
  })

  it('a connector below pilot is never given a client that writes', async () => {
    const mail = await open('shadow')
    await buyers(3)
    await go('live')
    await go('observe')
    expect(new Set(mail.writes.map(({ mode }) => mode))).toEqual(new Set(['write']))
  })

  it('a pilot writes only to its cohort; a larger percentage only adds people', async () => {
    const rollout = (percent: number) => ({ first: { percent, connectors: ['mail'] } })
    const reached = async (percent: number) => {
      const mail = await open('pilot', {}, rollout(percent))
      await buyers(40)
      const contacts = new Set(mail.writes.flatMap((write) => write.contacts))
      await box.close()
      return contacts
    }
    const quarter = await reached(25)
    const half = await reached(50)
    box = await hubInABox({})
    expect(quarter.size).toBeGreaterThan(2)
    expect(quarter.size).toBeLessThan(20)
    expect([...quarter].filter((contact) => !half.has(contact))).toEqual([])
    expect(half.size).toBeGreaterThan(quarter.size)
  })

  it('pilot needs a rollout, and writing needs a tool that was reached', async () => {
    await open('observe')
    expect(await go('pilot')).toMatchObject({ denied: expect.stringContaining('rollout') })
  })

  it('gates say what is missing, and what a person went on without is in the audit', async () => {
    await open('shadow')
    await buyers(3)
    const found = async (phase: Phase) => {
      const gates = await box.flow.operations.gates('mail', phase)
      return Object.fromEntries(gates.map(({ gate, met }) => [gate, met]))
    }
    expect(await found('live')).toMatchObject({ reached: true, 'time in shadow': false, piloted: false })
    box.clock.now += 14 * 86_400_000
    expect(await found('live')).toMatchObject({ 'time in shadow': true, piloted: false })
    expect(await found('pilot')).toMatchObject({ rollout: false })
    await go('observe')
    box.clock.now += 86_400_000
    expect(await found('live')).toMatchObject({ 'time in shadow': true })
    await go('live')
    const [entry] = await box.store.audit('phase', 1)
    expect(entry?.detail).toMatchObject({ from: 'observe', to: 'live', waived: expect.arrayContaining(['piloted']) })
    expect(entry?.detail.waived).not.toContain('time in shadow')
  })

  it('every change of phase has an audit entry', async () => {
    await open('observe')
    await go('shadow')
    await go('live')
    expect((await box.flow.operations.phases()).map(({ phase, by }) => [phase, by])).toEqual([
      ['live', 'admin'],
      ['shadow', 'admin'],
    ])
  })
})
