import type { ContactState, Job, Sent } from './contact.ts'
import { nothing } from './difference.ts'

/** A job is asked about so soon, and then half as often each time. */
export const firstAskMs = 1_000
const longestWaitMs = 60_000
export const nextWaitMs = (waitMs: number): number => Math.min(longestWaitMs, 2 * waitMs)

const patienceMs = 24 * 3_600_000
/** Nobody can be asked about a job without a ticket: by then it has ended. */
const unansweredMs = 10 * 60_000

/** Until when a job may still alter its contact; after that the tool is looked at. */
export const endOf = ({ ticket, since }: Job): number => since + (ticket === null ? unansweredMs : patienceMs)

/** What of a parcel is kept to judge it by, once the tool answers. */
export const sentOf = ({ contact: { epoch, aim, wanted, desired }, desired: goal }: Sent): Sent => ({
  contact: { epoch, aim, wanted, desired },
  desired: goal,
})

/** A contact none of whose jobs is open any more: what has come of it is not known, unless the tool tells. */
export const ended = (state: ContactState): ContactState =>
  state.job === null ? state : { ...state, job: null, observedAt: null, nextTryAt: 0 }

/** An open job without what was sent, for somebody who is erased: that it may still reach the tool is all that is kept. */
export const sealed = (job: Job | null): Job | null =>
  job === null
    ? null
    : {
        ...job,
        sent: { contact: { ...job.sent.contact, aim: 'leave', wanted: '', desired: null }, desired: nothing },
      }
