import { describe, expect, it } from 'vitest'
import { gatesOf, isBarred, isGated, isWaived, type Readiness } from '../../core/deliver/gates.ts'
import type { Phase } from '../../core/deliver/settings.ts'

const dayMs = 86_400_000
const ready: Readiness = {
  phase: 'pilot',
  shadowMs: 14 * dayMs,
  account: 'Shop',
  paused: null,
  canPush: true,
  canErase: true,
  rollouts: ['first'],
  missingFields: [],
  inScope: 100,
  contacts: 1_000,
  deadLetters: 1,
  oldestPendingS: 60,
}
const barred = (to: Phase, more: Partial<Readiness> = {}) =>
  gatesOf(to, { ...ready, ...more })
    .filter(isBarred)
    .map(({ gate }) => gate)
const waived = (to: Phase, more: Partial<Readiness> = {}) =>
  gatesOf(to, { ...ready, ...more })
    .filter(isWaived)
    .map(({ gate }) => gate)

describe('gates', () => {
  it.each<Phase>(['shadow', 'pilot', 'live'])('all of %s are met by a connector that is ready', (to) =>
    expect([barred(to), waived(to)]).toEqual([[], []]),
  )

  it.each<[Phase, Partial<Readiness>, string]>([
    ['shadow', { account: null }, 'reached'],
    ['pilot', { rollouts: [] }, 'rollout'],
    ['live', { account: null }, 'reached'],
    ['live', { paused: 'the key was refused' }, 'not paused'],
    ['live', { canPush: false }, 'can be written'],
    ['live', { missingFields: ['LSHEAD'] }, 'fields'],
  ])('%s is barred where %j', (to, more, gate) => expect(barred(to, more)).toEqual([gate]))

  it.each<[Phase, Partial<Readiness>, string]>([
    ['pilot', { shadowMs: 14 * dayMs - 1 }, 'time in shadow'],
    ['pilot', { inScope: 0 }, 'somebody to address'],
    ['live', { phase: 'shadow' }, 'piloted'],
    ['live', { deadLetters: 2 }, 'dead letters'],
    ['live', { oldestPendingS: 61 }, 'lag'],
    ['live', { canErase: false }, 'erasure'],
  ])('%s may be entered by a decision of its own where %j', (to, more, gate) => {
    expect(barred(to, more)).toEqual([])
    expect(waived(to, more)).toEqual([gate])
  })

  it('fields that the tool does not list bar nobody', () => expect(barred('live', { missingFields: null })).toEqual([]))

  it.each<Phase>(['off', 'observe'])('the way back to %s is always open, and asks for nothing', (to) => {
    expect(gatesOf(to, { ...ready, account: null, paused: 'yes', canPush: false })).toEqual([])
    expect(isGated(to)).toBe(false)
  })

  it.each<Phase>(['shadow', 'pilot', 'live'])('%s asks for something', (to) => expect(isGated(to)).toBe(true))
})
