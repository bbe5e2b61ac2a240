import { describe, expect, it } from 'vitest'
import { arbitrate, type Question } from '../../core/decide/arbitrate.ts'
import { allowance } from '../../core/decide/cap.ts'
import type { Decision } from '../../core/decide/decision.ts'
import type { Candidate } from '../../core/rules/program.ts'
import { offerKind, ruleKind } from '../../core/rules/registry.ts'

const day = 86_400_000
const at = Date.parse('2026-11-21T12:00:00Z')
const candidate = (
  key: string,
  { tier = 0, score = 1, limits = {} }: { tier?: number; score?: number; limits?: object } = {},
): Candidate => ({
  rule: ruleKind.parse({ key, slot: 'lead', when: { consent: 'x' }, offer: key, tier }),
  offer: offerKind.parse({ key, content: {}, limits }),
  score,
})
const decision = (key: string, since: number, tier = 0): Decision => ({
  id: `${key}-${since}`,
  node: 'n',
  slot: 'lead',
  offer: key,
  rule: key,
  revision: 'r',
  tier,
  score: 1,
  since,
  endedAt: null,
  trace: '{}',
})
const ask = (candidates: readonly Candidate[], more: Partial<Question> = {}) =>
  arbitrate({
    slot: 'lead',
    holdMs: 7 * day,
    verdict: { candidates, dropped: [], notInAudience: 0 },
    incumbent: null,
    uses: { ofCustomer: () => [], total: () => 0 },
    unit: 'unit-1',
    at,
    ...more,
  })

describe('arbitration', () => {
  it('a higher tier beats a higher score; in one tier the higher score wins', () => {
    expect(ask([candidate('a', { score: 9 }), candidate('b', { tier: 1 })]).winner?.rule.key).toBe('b')
    expect(ask([candidate('a', { score: 2 }), candidate('b', { score: 3 })]).winner?.rule.key).toBe('b')
  })

  it('a tie falls the same way whatever the order, and not the same way for everybody', () => {
    const [a, b] = [candidate('a'), candidate('b')]
    const winners = Array.from({ length: 200 }, (_, n) => {
      const forwards = ask([a, b], { unit: `u${n}` }).winner?.rule.key
      expect(ask([b, a], { unit: `u${n}` }).winner?.rule.key).toBe(forwards)
      return forwards
    })
    const share = winners.filter((key) => key === 'a').length / winners.length
    expect(share).toBeGreaterThan(0.35)
    expect(share).toBeLessThan(0.65)
  })

  it('the incumbent holds against a better score until the hold is over, and says until when', () => {
    const [old, better] = [candidate('old'), candidate('better', { score: 5 })]
    const incumbent = decision('old', at - 6 * day)
    const held = ask([old, better], { incumbent })
    expect(held).toMatchObject({ held: true, until: incumbent.since + 7 * day })
    expect(held.finalists).toMatchObject([
      { rule: 'better', lost: 'held' },
      { rule: 'old', lost: null },
    ])
    expect(ask([old, better], { incumbent, at: incumbent.since + 7 * day }).winner?.rule.key).toBe('better')
  })

  it('a higher tier claims the slot from a held incumbent', () => {
    const incumbent = decision('old', at - day)
    expect(ask([candidate('old'), candidate('urgent', { tier: 9 })], { incumbent }).winner?.rule.key).toBe('urgent')
  })

  it('an incumbent that is not eligible any more is gone at once', () => {
    expect(ask([candidate('other')], { incumbent: decision('old', at - day) })).toMatchObject({
      held: false,
      winner: { rule: { key: 'other' } },
    })
    expect(ask([], { incumbent: decision('old', at - day) }).winner).toBeNull()
  })

  it('after the hold the same winner again changes nothing', () => {
    expect(ask([candidate('old')], { incumbent: decision('old', at - 90 * day) }).held).toBe(true)
  })

  it('a cap takes an offer out, but never from the customer who has it', () => {
    const capped = candidate('capped', { tier: 1, limits: { total: 5 } })
    const uses = { ofCustomer: () => [], total: () => 5 }
    const ruling = ask([capped, candidate('b')], { uses })
    expect(ruling.winner?.rule.key).toBe('b')
    expect(ruling.counts.cap).toBe(1)
    expect(ruling.finalists).toContainEqual({ rule: 'capped', offer: 'capped', tier: 1, score: 1, lost: 'cap' })
    expect(ask([capped, candidate('b')], { uses, incumbent: decision('capped', at - day, 1) }).winner?.rule.key).toBe(
      'capped',
    )
  })
})

describe('caps per customer', () => {
  const offer = candidate('o', { limits: { perCustomer: { max: 2, within: '30d' } } }).offer
  const uses = (...times: number[]) => ({ ofCustomer: () => times, total: () => 0 })
  it.each([
    [
      'two in the window: full until the older one leaves it',
      [at - 10 * day, at - 20 * day],
      { allowed: false, until: at + 10 * day },
    ],
    ['one in the window', [at - 10 * day], { allowed: true }],
    ['one of two has just left the window', [at - 30 * day, at - day], { allowed: true }],
    [
      'three in a window of two: the second newest must leave',
      [at - day, at - 5 * day, at - 9 * day],
      { allowed: false, until: at + 25 * day },
    ],
  ])('%s', (_, times, expected) => {
    expect(allowance(offer, uses(...times), at)).toMatchObject(expected)
  })
})
