import type { Holding, Receipt } from '../contract/change.ts'
import type { ConnectorError } from '../contract/errors.ts'
import { backoffMs, mostAttempts } from './backoff.ts'
import type { ContactState, Desired, Sent } from './contact.ts'
import { withShown } from './difference.ts'
import { ended, endOf, sentOf } from './job.ts'

/** What is about to go out, with the contact's state as it was read for it. */
export interface Outgoing extends Sent {
  readonly contact: ContactState
}
export interface When {
  readonly at: number
  /** In [0, 1). */
  readonly chance: number
}

/** The tool's holding once it has taken a desired state. */
const overlay = (before: Holding | null, desired: Desired, remoteId: string | null): Holding => {
  const named = (kind: string, name: string) =>
    desired.memberships.find((wanted) => wanted.kind === kind && wanted.name === name)
  const kept = (before?.memberships ?? []).filter(({ kind, name }) => named(kind, name) === undefined)
  const joined = desired.memberships.filter((wanted) => wanted.member).map(({ kind, name }) => ({ kind, name }))
  return {
    remoteId: remoteId ?? before?.remoteId ?? '',
    fields: { ...before?.fields, ...desired.fields },
    memberships: [...kept, ...joined],
  }
}

/** What was given back or cleared is as if we had never written: the tool is left alone, and a later start captures a new baseline. */
const released = (state: ContactState): ContactState => ({
  ...state,
  wanted: '',
  held: null,
  tried: null,
  touchedAt: null,
  baseline: null,
})
const releases = (sent: Sent): boolean => sent.contact.aim === 'retract' || sent.contact.aim === 'clear'

/** What an earlier try has left in the tool is ours, too: the next try must not make us forget it. */
const shown = ({ held, tried }: ContactState, { contact }: Outgoing): Desired | null =>
  tried === null ? held : withShown(held, tried, contact.observed)

/**
 * A contact's state just before it is sent something, to be kept durably: until the tool has answered, what it holds is
 * unknown. What it held before our first write is kept, to be given back. `asJob`: the tool makes a job of what it is
 * sent, which goes on though its answer be lost.
 */
export const attempted = (now: ContactState, sent: Outgoing, at: number, asJob: boolean): ContactState => ({
  ...now,
  job: asJob ? { ticket: null, since: at, sent: sentOf(sent) } : null,
  touchedAt: now.touchedAt ?? at,
  baseline: now.touchedAt === null ? now.observed : now.baseline,
  ...(sent.contact.aim === 'hold' && { held: shown(now, sent), tried: sent.desired }),
  told: true,
  observedAt: null,
})

/** At rest, unless something else came to be wanted while this was under way: then the flow reviews the contact anew. */
const rested = (now: ContactState, sent: Sent): ContactState => {
  const settled = sent.contact.wanted
  const dirtyAt = now.wanted === settled ? null : now.dirtyAt
  const state = { ...now, settled, dirtyAt, attempts: 0, nextTryAt: 0, dead: null }
  return releases(sent) ? released(state) : state
}

const confirmed = (now: ContactState, sent: Sent, remoteId: string | null, at: number): ContactState => {
  const id = remoteId ?? now.remoteId
  const state = {
    ...rested(now, sent),
    remoteId: id,
    observed: overlay(now.observed, sent.desired, id),
    observedAt: at,
  }
  return releases(sent) ? state : { ...state, held: sent.contact.desired, tried: null }
}

const again = (now: ContactState, reason: string, waitMs: number | undefined, when: When): ContactState => {
  const attempts = now.attempts + 1
  const dead = attempts >= mostAttempts ? `gave up after ${attempts} attempts: ${reason}` : null
  return { ...now, attempts, dead, nextTryAt: when.at + Math.max(waitMs ?? 0, backoffMs(attempts, when.chance)) }
}

/** Nothing was said: the tool is looked at before the next try, and not before a job that it may have made has ended. */
const unknown = (now: ContactState, reason: string, waitMs: number | undefined, when: When): ContactState => {
  const state = { ...again(now, reason, waitMs, when), settled: null, observedAt: null }
  return state.job === null ? state : { ...state, nextTryAt: Math.max(state.nextTryAt, endOf(state.job)) }
}
const unanswered = ({ job }: ContactState): boolean => job !== null && job.ticket === null

const accepted = (now: ContactState, sent: Sent, ticket: string, at: number): ContactState => {
  const job = { ticket, since: now.job?.since ?? at, sent: sentOf(sent) }
  return { ...now, job, settled: null, observedAt: null, nextTryAt: endOf(job) }
}

/**
 * A contact's state after the tool's verdict on what it was sent, at once or by a job. `now` is the state as stored at
 * this moment, which may want something newer than what was sent: a refusal of the old says nothing about that. No
 * receipt: unknown, so the tool is read before the next try. What another account answered says nothing about this one.
 */
export const settle = (now: ContactState, sent: Sent, receipt: Receipt | undefined, when: When): ContactState => {
  if (now.epoch !== sent.contact.epoch) return now
  if (receipt === undefined)
    return unknown(unanswered(now) ? now : ended(now), 'the tool said nothing about this contact', undefined, when)
  const state = ended(now)
  switch (receipt.status) {
    case 'applied':
    case 'unchanged':
      return confirmed(state, sent, receipt.remoteId ?? null, when.at)
    case 'skipped':
      return rested(state, sent)
    case 'rejected':
      return now.wanted === sent.contact.wanted ? { ...state, dead: receipt.reason } : state
    case 'accepted':
      return accepted(now, sent, receipt.ticket, when.at)
    case 'retry':
      return again(state, receipt.reason, receipt.afterMs, when)
    default:
      return receipt satisfies never
  }
}

/**
 * A contact's state after a call failed as a whole. A tool that is down or throttles counts against nobody. What the
 * tool has refused unseen has become no job; of a job whose ticket is known the failure says nothing.
 */
export const settleFailure = (now: ContactState, error: ConnectorError, waitMs: number, when: When): ContactState => {
  if (now.job !== null && now.job.ticket !== null) return now
  const nextTryAt = when.at + waitMs
  switch (error.kind) {
    case 'invalid':
      return again(ended(now), error.message, waitMs, when)
    case 'unknown':
      return unknown(now, error.message, waitMs, when)
    case 'throttled':
    case 'auth':
    case 'config':
    case 'refused':
      return { ...ended(now), nextTryAt }
    case 'transient':
    case 'bug':
      return { ...now, nextTryAt: now.job === null ? nextTryAt : Math.max(nextTryAt, endOf(now.job)) }
    default:
      return error.kind satisfies never
  }
}
