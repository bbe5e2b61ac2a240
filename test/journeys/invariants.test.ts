import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConnectorError } from '../../core/contract/errors.ts'
import { draw } from '../../core/deliver/cohort.ts'
import type { Phase } from '../../core/deliver/settings.ts'
import { type Box, hubInABox } from '../support/hub.ts'
import { type Fault, type PaperTool, paperTool } from '../support/paper.ts'
import { connectorOf, identify, order, shopRegistry, withdrawal } from '../support/shop.ts'

type Step =
  | { kind: 'known'; who: number; name: string }
  | { kind: 'order'; who: number; daysAgo: number }
  | { kind: 'consent'; who: number; granted: boolean }
  | { kind: 'link'; who: number; other: number }
  | { kind: 'wait'; hours: number }
  | { kind: 'fault'; fault: keyof typeof faults | null }
  | { kind: 'edit'; who: number }
  | { kind: 'phase'; phase: Phase }
  | { kind: 'publish'; tier: number }

const faults = {
  down: (): Fault => ({ throws: new ConnectorError('transient', 'down'), applied: false }),
  lostAnswer: (): Fault => ({ throws: new ConnectorError('unknown', 'timed out'), applied: true }),
  lostRequest: (): Fault => ({ throws: new ConnectorError('unknown', 'timed out'), applied: false }),
  throttled: (): Fault => ({
    throws: new ConnectorError('throttled', 'slow down', { afterMs: 2_000 }),
    applied: false,
  }),
  halfAnswered: (): Fault => ({ loses: (contact) => contact.charCodeAt(0) % 2 === 0 }),
} as const

const who = fc.integer({ min: 0, max: 3 })
const life: fc.Arbitrary<Step>[] = [
  fc.record({ kind: fc.constant('known' as const), who, name: fc.constantFrom('Ada', 'Grace', 'Zoë') }),
  fc.record({ kind: fc.constant('order' as const), who, daysAgo: fc.integer({ min: 0, max: 80 }) }),
  fc.record({ kind: fc.constant('consent' as const), who, granted: fc.boolean() }),
  fc.record({ kind: fc.constant('link' as const), who, other: who }),
  fc.record({ kind: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 900 }) }),
  fc.record({ kind: fc.constant('edit' as const), who }),
]
const fault: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('fault' as const),
  fault: fc.constantFrom(
    'down' as const,
    'lostAnswer' as const,
    'lostRequest' as const,
    'throttled' as const,
    'halfAnswered' as const,
    null,
  ),
})
const phase: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('phase' as const),
  phase: fc.constantFrom<Phase>('off', 'observe', 'shadow', 'pilot', 'live'),
})

const emailOf = (n: number) => `p${n}@x.test`
const play = async (box: Box, mail: PaperTool, step: Step): Promise<void> => {
  box.clock.now += 1_000
  const iso = new Date(box.clock.now).toISOString()
  switch (step.kind) {
    case 'known':
      return box.say(identify(`u${step.who}`, { email: emailOf(step.who), firstName: step.name }))
    case 'order':
      return box.say(
        order(
          `u${step.who}`,
          `o${box.clock.now}`,
          5,
          new Date(box.clock.now - step.daysAgo * 86_400_000).toISOString(),
        ),
      )
    case 'consent':
      return step.granted
        ? box.say(identify(`u${step.who}`, {}, { timestamp: iso }))
        : box.say(withdrawal(`u${step.who}`, iso))
    case 'link':
      return box.say(identify(`u${step.who}`, { email: emailOf(step.other) }))
    case 'wait':
      box.clock.now += step.hours * 3_600_000
      return box.flow.settle()
    case 'fault': {
      const chosen = step.fault
      mail.fault = (kind) => (chosen !== null && kind === 'push' ? faults[chosen]() : null)
      return
    }
    case 'edit':
      mail.put(emailOf(step.who), { HEAD: 'by hand' })
      return
    case 'phase':
      await box.flow.operations.setPhase('mail', step.phase, { name: 'admin' })
      return
    case 'publish':
      return
    default:
      return step satisfies never
  }
}

const open = async (phase: Phase, rollouts: Record<string, unknown> = {}) => {
  const clock = { now: Date.parse('2026-11-21T12:00:00Z') }
  const mail = paperTool(() => clock.now)
  const box = await hubInABox({
    clock,
    papers: { mail },
    registry: shopRegistry,
    connectors: { mail: connectorOf('mail', { phase }) },
    rollouts,
  })
  return { box, mail }
}

/** What the hub says that the tool should hold, contact by contact. */
const wished = async (box: Box) => {
  const { items } = await box.flow.operations.listProfiles({ limit: 100, cursor: null })
  const channels = await Promise.all(items.map(({ id }) => box.flow.operations.channels(id)))
  return channels.flatMap((views) => views ?? [])
}

describe('invariants of a whole hub', () => {
  it('3: at rest, the live tool holds exactly the desired state of every contact, whatever went wrong before', async () => {
    let reached = 0
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(...life, fault), { minLength: 3, maxLength: 25 }), async (steps) => {
        const { box, mail } = await open('live')
        try {
          for (const step of steps) await play(box, mail, step)
          await box.flow.settle()
          mail.fault = () => null
          await box.flow.operations.replay('mail', { name: 'admin' })
          for (let i = 0; i < 12; i++) {
            box.clock.now += 1_800_000
            await box.flow.settle()
          }
          await box.flow.operations.pull('mail')
          for (let i = 0; i < 3; i++) {
            box.clock.now += 1_800_000
            await box.flow.settle()
          }
          for (const view of await wished(box)) {
            expect(view.pending, view.contact.value).toBe(false)
            if (view.desired === null) continue
            const card = mail.cards.get(view.contact.value)
            for (const [field, value] of Object.entries(view.desired)) {
              const holds = field.includes('/')
                ? (card?.memberships.has(field) ?? false)
                : (card?.fields[field] ?? null)
              expect(holds, `${view.contact.value} ${field}`).toBe(
                card === undefined && value === false ? false : value,
              )
              reached++
            }
          }
        } finally {
          await box.close()
        }
      }),
      { numRuns: 60 },
    )
    expect(reached).toBeGreaterThan(100)
  }, 60_000)

  it('5: nothing is written in off, observe and shadow, in pilot only to the cohort, and retiring only gives back', async () => {
    const sometimes = { written: 0, retired: 0, pilot: 0 }
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(...life, phase, phase), { minLength: 4, maxLength: 25 }), async (steps) => {
        const { box, mail } = await open('observe', { first: { percent: 50, connectors: ['mail'] } })
        try {
          for (const step of steps) {
            await play(box, mail, step)
            const before = mail.writes.length
            const { phase } = (await box.flow.operations.connector('mail')) ?? { phase: 'off' }
            const baselines = new Map(
              (await box.store.contactsPage('mail', 100, null)).items.map((state) => [state.key.value, state]),
            )
            await box.flow.settle()
            const written = mail.writes.slice(before)
            sometimes.written += written.length
            if (phase === 'off' || phase === 'observe' || phase === 'shadow') expect(written).toEqual([])
            if (phase === 'retiring')
              for (const change of written.flatMap((write) => write.changes))
                for (const [field, value] of Object.entries(change.fields)) {
                  expect(value ?? null, field).toBe(
                    baselines.get(change.contact.key.value)?.baseline?.fields[field] ?? null,
                  )
                  sometimes.retired++
                }
          }
          if ((await box.flow.operations.connector('mail'))?.phase === 'pilot') {
            const { items } = await box.flow.operations.listProfiles({ limit: 100, cursor: null })
            const { items: states } = await box.store.contactsPage('mail', 100, null)
            for (const state of states.filter(({ aim }) => aim === 'hold')) {
              const profile = items.find(({ id }) => id === state.profile)
              const set = await box.store.load([state.node])
              const first = set.components
                .flatMap(({ nodes }) => nodes)
                .filter((node) =>
                  profile?.identifiers.some(({ type, value }) => type === node.type && value === node.value),
                )
                .sort((a, b) => a.firstAt - b.firstAt || (a.id < b.id ? -1 : 1))[0]
              expect(draw('rollout', 'first', first?.id ?? '')).toBeLessThan(0.5)
              sometimes.pilot++
            }
          }
        } finally {
          await box.close()
        }
      }),
      { numRuns: 80 },
    )
    expect(sometimes.written).toBeGreaterThan(20)
    expect(sometimes.retired).toBeGreaterThan(0)
    expect(sometimes.pilot).toBeGreaterThan(0)
  }, 60_000)
})
