import { traceOf } from '../../core/decide/decision.ts'
import { writes } from '../../core/deliver/aim.ts'
import type { ContactState } from '../../core/deliver/contact.ts'
import { lanes } from '../../core/deliver/contact.ts'
import { contested } from '../../core/deliver/contest.ts'
import { groupBy } from '../../core/profile/order.ts'
import type { ChangeSet } from '../../core/store/change-set.ts'
import type { History, Watcher } from './history.ts'
import type { SimTool } from './sim-tool.ts'
import type { Sometimes } from './sometimes.ts'

const fields = ['NAME', 'HEAD', 'OFFER', 'DEC', 'ORDERS']

/** Recognises rare branches by what they make durable. */
export const createSightings = (
  { reached }: Sometimes,
  tools: () => readonly SimTool[],
  now: () => number,
): Watcher => {
  const slotsOf = new Map<string, ReadonlySet<string>>()
  const contacts = new Map<string, ContactState>()

  const seeMessages = (change: ChangeSet, history: History): void => {
    for (const { reason } of change.setAside ?? [])
      reached(
        reason === 'erased' ? "an erased person's late message was set aside" : 'a re-used message id was set aside',
      )
    const gone = new Set(history.erasures.flatMap(({ nodes }) => nodes))
    if ((change.told ?? []).some(({ node }) => gone.has(node))) reached('an erased person came back')
  }
  const seePeople = (change: ChangeSet, history: History): void => {
    const parts = [...(change.goneComponents ?? []), ...(change.components ?? []).map(({ component }) => component.id)]
    const open = (change.goneComponents ?? []).length === 0 ? [] : parts.flatMap((id) => [...(slotsOf.get(id) ?? [])])
    if (change.erased === undefined && new Set(open).size < open.length) reached('a merge found two incumbents')
    for (const [component, rows] of groupBy(change.profiles ?? [], (row) => row.component)) {
      const nodes = change.components?.find((each) => each.component.id === component)?.component.nodes ?? []
      const count = (type: string) => nodes.filter((node) => node.type === type).length
      if (rows.length > 1 && count('email') > 2) reached('a contested address split a component')
      if (rows.some(({ id }) => history.identifiers.get(id)?.type === 'anonymousId') && count('userId') > 1)
        reached('a shared device linked nobody')
    }
  }
  const seeDecisions = (change: ChangeSet, history: History): void => {
    const decisions = change.decisions ?? []
    if (decisions.some((decision) => traceOf(decision).counts.cap > 0)) reached('a cap was exhausted')
    if (decisions.some(({ id, since, endedAt }) => endedAt !== null && endedAt > since && !history.decisions.has(id)))
      reached('several due instants of one customer passed unseen')
    const revisions = new Set(
      decisions.map(({ id, revision }) => (history.decisions.has(id) ? `old ${revision}` : `new ${revision}`)),
    )
    const [old] = [...revisions].filter((text) => text.startsWith('old'))
    if (old !== undefined && [...revisions].some((text) => text.startsWith('new') && text.slice(4) !== old.slice(4)))
      reached('a publication changed what somebody is shown')
  }
  const seeContact = (contact: ContactState, history: History): void => {
    const key = `${contact.connector}\0${contact.node}`
    const before = contacts.get(key)
    const tool = tools().find(({ name }) => name === contact.connector)
    const email = contact.key.value
    contacts.set(key, contact)
    if (contact.dead !== null) reached('a contact became a dead letter')
    if (contact.lane === lanes.repair && contact.dirtyAt === now()) reached('drift on a field of the hub was repaired')
    if (contact.aim === 'erase' && !writes(history.connectors.get(contact.connector)?.phase ?? 'off'))
      reached('an erasure waited for a phase that writes')
    if (before?.job?.ticket && contact.job === null && before.wanted !== before.job.sent.contact.wanted)
      reached('a job ended after something newer was wanted')
    if (contested(contact).size > 0) reached('a field was left to somebody who kept changing it')
    if (contact.aim === 'erase' && contact.job !== null) reached('an erasure waited for a job')
    if (before !== undefined && before.wanted !== contact.wanted && tool?.underWay.has(contact.node))
      reached('a decision was overtaken between choosing and sending')
    if (before?.touchedAt !== null && contact.aim === 'clear' && contact.standing === 'withdrawn' && contact.dirtyAt)
      reached('consent was withdrawn from somebody who had been written')
    const released = contact.aim === 'retract' && contact.touchedAt === null && before?.touchedAt !== null
    if (released && before?.held !== null && fields.some((field) => tool?.isByHand(email, field)))
      reached('a retraction met a value changed by hand')
    if (released && before?.baseline && fields.some((field) => before.baseline?.fields[field]))
      reached('a retraction gave back what the tool held before')
  }
  return {
    before: (change, history) => {
      seeMessages(change, history)
      seePeople(change, history)
      seeDecisions(change, history)
      for (const contact of change.contacts ?? []) seeContact(contact, history)
      for (const { component } of change.components ?? []) {
        const nodes = new Set(component.nodes.map(({ id }) => id))
        const open = [...history.decisions.values()].filter(({ node, endedAt }) => nodes.has(node) && endedAt === null)
        const fresh = (change.decisions ?? []).filter(({ node, endedAt }) => nodes.has(node) && endedAt === null)
        slotsOf.set(component.id, new Set([...open, ...fresh].map(({ slot }) => slot)))
      }
      if (change.connector?.paused) reached('a refused key paused a connector')
      if ((change.audit ?? []).some(({ action, actor }) => action === 'phase' && actor === 'hub'))
        reached('a retiring was finished')
      if ((change.vetoes ?? []).length > 0 && (change.profiles ?? []).length > 1)
        reached('a split took a customer apart')
    },
  }
}
