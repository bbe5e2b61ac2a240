import { describe, expect, it } from 'vitest'
import type { Outcome, Receipt } from '../../../core/contract/change.ts'
import { ConnectorError, type ErrorKind } from '../../../core/contract/errors.ts'
import type { ContactState, Desired, Sent } from '../../../core/deliver/contact.ts'
import { ended, endOf, nextWaitMs, sealed } from '../../../core/deliver/job.ts'
import { attempted, settle, settleFailure } from '../../../core/deliver/settle.ts'

const wanted = (headline: string): Desired => ({ fields: { HEAD: headline }, memberships: [], offers: {} })
const contact: ContactState = {
  connector: 'mail',
  node: 'n',
  profile: 'p',
  key: { type: 'email', value: 'ada@x.test' },
  remoteId: null,
  standing: 'active',
  aim: 'hold',
  answers: {},
  epoch: 'e1',
  desired: wanted('Care'),
  wanted: 'care',
  settled: null,
  held: null,
  tried: null,
  told: false,
  job: null,
  touchedAt: null,
  baseline: null,
  observed: null,
  observedAt: 5,
  drifts: {},
  lane: 1,
  dirtyAt: 5,
  attempts: 0,
  nextTryAt: 0,
  dead: null,
}
const hour = 3_600_000
const when = { at: 10, chance: 0.5 }
const parcel = { contact, desired: wanted('Care') }
const said = (outcome: Outcome): Receipt => ({ ...outcome, contact: 'n' })
const accepted = said({ status: 'accepted', ticket: 't1' })
/** Sent at 6 to a tool that works in jobs, and answered at 10. */
const inJob = settle(attempted(contact, parcel, 6, true), parcel, accepted, when)
const sentIn = ({ job }: ContactState): Sent => job?.sent ?? parcel

describe('a job that a tool makes of what it was sent', () => {
  it('is kept with its ticket and what was sent; nothing is known of the tool, and nobody tries again for a day', () => {
    expect(inJob).toMatchObject({
      job: { ticket: 't1', since: 6, sent: { contact: { wanted: 'care' }, desired: wanted('Care') } },
      settled: null,
      observedAt: null,
      dirtyAt: 5,
      nextTryAt: 6 + 24 * hour,
    })
  })

  it('goes on: it is the same job, since then', () => {
    const later = settle(inJob, sentIn(inJob), accepted, { at: 2 * hour, chance: 0 })
    expect(later.job).toEqual(inJob.job)
  })

  it.each([
    ['applied', { status: 'applied', remoteId: 'r1' }, { dirtyAt: null, settled: 'care', remoteId: 'r1', dead: null }],
    ['unchanged', { status: 'unchanged' }, { dirtyAt: null, settled: 'care', dead: null }],
    ['skipped', { status: 'skipped', reason: 'nobody' }, { dirtyAt: null, settled: 'care', observedAt: null }],
    ['rejected', { status: 'rejected', reason: 'no' }, { dirtyAt: 5, dead: 'no' }],
    ['retry', { status: 'retry', reason: 'lost' }, { dirtyAt: 5, observedAt: null, settled: null, attempts: 1 }],
  ] satisfies [string, Outcome, Partial<ContactState>][])('ends as %s', (_, outcome, expected) => {
    expect(settle(inJob, sentIn(inJob), said(outcome), when)).toMatchObject({ ...expected, job: null })
  })

  it('of which the tool says nothing any more is unknown: it is looked at, and counts as a try', () => {
    expect(settle(inJob, sentIn(inJob), undefined, when)).toMatchObject({
      job: null,
      observedAt: null,
      settled: null,
      attempts: 1,
      dirtyAt: 5,
    })
  })

  it('confirms what it was made of, though something newer is wanted by then', () => {
    const newer = { ...inJob, desired: wanted('Renew'), wanted: 'renew' }
    expect(settle(newer, sentIn(newer), said({ status: 'applied' }), when)).toMatchObject({
      held: wanted('Care'),
      observed: { fields: { HEAD: 'Care' } },
      desired: wanted('Renew'),
      dirtyAt: 5,
    })
    expect(settle(newer, sentIn(newer), said({ status: 'rejected', reason: 'no' }), when).dead).toBeNull()
  })

  it('of an account that is another one now says nothing', () => {
    const moved = { ...inJob, epoch: 'e2', job: null }
    expect(settle(moved, sentIn(inJob), said({ status: 'applied' }), when)).toBe(moved)
  })
})

describe('a push to a tool that works in jobs, which it did not answer', () => {
  const tried = attempted(contact, parcel, 6, true)
  it('may have become a job: it is waited for, and then looked at', () => {
    const end = endOf({ ticket: null, since: 6, sent: parcel })
    expect(settle(tried, parcel, undefined, when)).toMatchObject({ job: { ticket: null }, nextTryAt: end })
    expect(ended(tried)).toMatchObject({ job: null, observedAt: null, nextTryAt: 0 })
  })
  it.each([
    ['unknown', true],
    ['transient', true],
    ['bug', true],
    ['throttled', false],
    ['auth', false],
    ['config', false],
    ['refused', false],
    ['invalid', false],
  ] satisfies [ErrorKind, boolean][])('%s: may it have become one? %s', (kind, may) => {
    const after = settleFailure(tried, new ConnectorError(kind, 'it failed'), 1_000, when)
    expect(after.job !== null).toBe(may)
    expect(after.nextTryAt).toBeGreaterThan(when.at)
    expect(after.nextTryAt >= endOf({ ticket: null, since: 6, sent: parcel })).toBe(may)
  })
  it('a failure that comes after the ticket says nothing of the job', () => {
    expect(settleFailure(inJob, new ConnectorError('unknown', 'timed out'), 1_000, when)).toBe(inJob)
  })
  it('to a tool that does not, it is looked at as soon as the backoff lets it', () => {
    const now = attempted(contact, parcel, 6, false)
    expect(settle(now, parcel, undefined, when)).toMatchObject({ job: null, observedAt: null, nextTryAt: 1_010 })
  })
})

it('of somebody who is erased a job keeps its ticket, and not what was sent', () => {
  expect(JSON.stringify(sealed(inJob.job))).not.toContain('Care')
  expect(sealed(inJob.job)).toMatchObject({ ticket: 't1', since: 6 })
})

it('asks about a job ever more rarely, and at least once a minute', () => {
  const waits = [1_000]
  for (let n = 0; n < 9; n++) waits.push(nextWaitMs(waits.at(-1) ?? 0))
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000, 60_000])
})
