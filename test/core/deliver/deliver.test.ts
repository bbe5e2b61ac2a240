import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Holding } from '../../../core/contract/change.ts'
import { aimOf, type Situation } from '../../../core/deliver/aim.ts'
import { observedAnswer } from '../../../core/deliver/answer.ts'
import { backoffMs } from '../../../core/deliver/backoff.ts'
import { afterCall, type Breaker, beforeCall, closed } from '../../../core/deliver/breaker.ts'
import { draw } from '../../../core/deliver/cohort.ts'
import type { Desired } from '../../../core/deliver/contact.ts'
import { difference, holdsAll, isEmpty, retraction } from '../../../core/deliver/difference.ts'
import { readMap } from '../../../core/deliver/map.ts'
import { phases } from '../../../core/deliver/settings.ts'
import { placementKind } from '../../../core/rules/registry.ts'

const contact = { connector: 'mail', node: 'n', key: { type: 'email', value: 'a@x.test' }, remoteId: null }
const value = fc.option(fc.oneof(fc.string({ maxLength: 4 }), fc.integer(), fc.boolean()), { nil: null })
const fields = fc.dictionary(fc.constantFrom('A', 'B', 'C'), value)
const tags = fc.uniqueArray(fc.constantFrom('x', 'y', 'z'))
const holding = fc
  .record({ fields, tags })
  .map(({ fields, tags }) => ({ remoteId: 'r', fields, memberships: tags.map((name) => ({ kind: 'tag', name })) }))
const desired: fc.Arbitrary<Desired> = fc
  .record({ fields, tags: fc.dictionary(fc.constantFrom('x', 'y', 'z'), fc.boolean()) })
  .map(({ fields, tags }) => ({
    fields,
    memberships: Object.entries(tags).map(([name, member]) => ({ kind: 'tag', name, member })),
    offers: {},
  }))
const applied = (before: Holding, wanted: Desired): Holding => {
  const change = difference(contact, before, wanted, false)
  const kept = before.memberships.filter(({ name }) => !change.leave.some((left) => left.name === name))
  return { ...before, fields: { ...before.fields, ...change.fields }, memberships: [...kept, ...change.join] }
}

describe('difference', () => {
  it('applied to what the tool holds, it makes it hold all that is desired, and is then empty', () => {
    fc.assert(
      fc.property(holding, desired, (before, wanted) => {
        const after = applied(before, wanted)
        expect(holdsAll(after, wanted)).toBe(true)
        expect(isEmpty(difference(contact, after, wanted, false))).toBe(true)
      }),
    )
  })

  it('names nothing that is not desired (invariant 6)', () => {
    fc.assert(
      fc.property(holding, desired, (before, wanted) => {
        const change = difference(contact, before, wanted, false)
        expect(Object.keys(change.fields).every((field) => field in wanted.fields)).toBe(true)
      }),
    )
  })

  it('a retraction gives back what was there before, where the tool still holds ours', () => {
    fc.assert(
      fc.property(holding, desired, (baseline, held) => {
        const after = applied(applied(baseline, held), retraction(held, baseline, applied(baseline, held)))
        for (const field of Object.keys(held.fields))
          expect(after.fields[field] ?? '').toBe(baseline.fields[field] ?? '')
        for (const { name } of held.memberships)
          expect(after.memberships.some((tag) => tag.name === name)).toBe(
            baseline.memberships.some((tag) => tag.name === name),
          )
      }),
    )
  })
})

describe('aim', () => {
  const standings = ['active', 'out', 'withdrawn'] as const
  const situation: fc.Arbitrary<Situation> = fc.record({
    phase: fc.constantFrom(...phases),
    standing: fc.constantFrom(...standings),
    inCohort: fc.boolean(),
    written: fc.boolean(),
    onWithdraw: fc.constantFrom('clear' as const, 'keep' as const),
  })
  it("5: holding needs live or the pilot's cohort, scope and consent; nobody who was never written is cleared or retracted", () => {
    fc.assert(
      fc.property(situation, (s) => {
        const aim = aimOf(s)
        if (aim === 'hold')
          expect(s.standing === 'active' && (s.phase === 'live' || (s.phase === 'pilot' && s.inCohort))).toBe(true)
        if (aim === 'clear' || aim === 'retract') expect(s.written).toBe(true)
        if (s.phase === 'off' || s.phase === 'observe') expect(aim).toBe('leave')
        if (s.phase === 'shadow') expect(['record', 'leave']).toContain(aim)
      }),
    )
  })
  it.each([
    [
      'withdrawn and keep',
      { phase: 'live', standing: 'withdrawn', inCohort: false, written: true, onWithdraw: 'keep' },
      'leave',
    ],
    [
      'withdrawn and clear',
      { phase: 'live', standing: 'withdrawn', inCohort: false, written: true, onWithdraw: 'clear' },
      'clear',
    ],
    ['left the scope', { phase: 'live', standing: 'out', inCohort: false, written: true, onWithdraw: 'keep' }, 'clear'],
    [
      'left the cohort',
      { phase: 'pilot', standing: 'active', inCohort: false, written: true, onWithdraw: 'clear' },
      'retract',
    ],
  ] satisfies [string, Situation, string][])('%s', (_, situation, aim) => {
    expect(aimOf(situation)).toBe(aim)
  })
})

describe('breaker', () => {
  const fails = (count: number, at = 0): Breaker =>
    Array.from({ length: count }).reduce<Breaker>((breaker) => afterCall(breaker, false, at), closed)
  it('opens after failures, lets one probe through, and closes with it', () => {
    expect(fails(4).state).toBe('closed')
    const open = fails(5)
    expect(open.state).toBe('open')
    expect(beforeCall(open, 10).waitMs).toBeGreaterThan(0)
    const probe = beforeCall(open, 60_000)
    expect(probe).toMatchObject({ waitMs: 0, breaker: { state: 'half-open' } })
    expect(afterCall(probe.breaker, true, 60_000).state).toBe('closed')
    expect(afterCall(probe.breaker, false, 60_000).state).toBe('open')
  })
  it('waits longer after each failed probe, up to a bound', () => {
    let breaker = fails(5)
    const waits: number[] = []
    for (let at = 0, n = 0; n < 12; n++) {
      at += 3_600_000
      breaker = afterCall(beforeCall(breaker, at).breaker, false, at)
      waits.push(beforeCall(breaker, at).waitMs)
    }
    expect(waits).toEqual([...waits].sort((a, b) => a - b))
    expect(waits.at(-1)).toBe(waits.at(-2))
  })
})

describe('the small things', () => {
  it('backoff stays in its bounds, whatever the chance', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.double({ min: 0, max: 1, noNaN: true }), (attempts, chance) => {
        expect(backoffMs(attempts, chance)).toBeGreaterThanOrEqual(0)
        expect(backoffMs(attempts, chance)).toBeLessThanOrEqual(900_000)
      }),
    )
  })
  it('draws are even, and independent of each other for another purpose', () => {
    const units = Array.from({ length: 4_000 }, (_, n) => `unit-${n}`)
    const share = (chosen: readonly string[], purpose: string, all: readonly string[]) =>
      chosen.filter((unit) => draw(purpose, 's', unit) < 0.25).length / all.length
    const first = units.filter((unit) => draw('rollout', 's', unit) < 0.25)
    expect(first.length / units.length).toBeCloseTo(0.25, 1)
    expect(share(first, 'holdout', first)).toBeCloseTo(0.25, 1)
  })
  it('a draw is the same for ever (golden values)', () => {
    expect(
      [draw('rollout', 'headphones-first', 'u1'), draw('rollout', 'headphones-first', 'u2')].map((drawn) =>
        drawn.toFixed(6),
      ),
    ).toEqual(['0.580499', '0.817086'])
  })
  it("a map's lines say what leaves and where to", () => {
    const map = {
      firstName: true as const,
      'subscription.endsAt': { field: 'SUBEND', owner: 'tool' as const },
      'segment.fans': { tag: 'Fans' },
      'placement.mail-hero.headline': 'HEAD',
    }
    const lines = readMap(map, { firstName: 'FNAME' })
    expect(lines).toEqual([
      { source: { kind: 'trait', path: 'firstName' }, target: { kind: 'field', field: 'FNAME', owner: 'hub' } },
      {
        source: { kind: 'trait', path: 'subscription.endsAt' },
        target: { kind: 'field', field: 'SUBEND', owner: 'tool' },
      },
      {
        source: { kind: 'segment', segment: 'fans' },
        target: { kind: 'membership', membership: { kind: 'tag', name: 'Fans' } },
      },
      {
        source: { kind: 'placement', placement: 'mail-hero', part: 'headline' },
        target: { kind: 'field', field: 'HEAD', owner: 'hub' },
      },
    ])
  })
  it('an unmapped value in an observed field is unknown, an empty one says nothing', () => {
    const placement = placementKind.parse({
      key: 'p',
      channel: 'email',
      slot: 's',
      fallback: {},
      observed: { field: 'OLD', values: { HP: 'care', NONE: null } },
    })
    const answer = (OLD: string | null) =>
      observedAnswer(placement, { remoteId: 'r', fields: { OLD }, memberships: [] })
    expect([answer('HP'), answer('NONE'), answer(''), answer(null), answer('??')]).toEqual([
      { known: true, offer: 'care' },
      { known: true, offer: null },
      { known: true, offer: null },
      { known: true, offer: null },
      { known: false },
    ])
  })
})
