import { Gauge, Registry } from 'prom-client'
import type { ConfigOperations } from './config-operations.ts'
import type { Core } from './core.ts'
import type { Intake } from './intake.ts'
import type { Operations } from './operations.ts'

/** Prometheus text, read from the store at the moment of asking: nothing is counted twice after a restart. */
export const createMetrics = (
  core: Core,
  intake: Intake,
  config: ConfigOperations['config'],
): Operations['metrics'] => {
  const register = new Registry()
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers: [register] })
  const messages = gauge('leitstern_messages_total', 'Messages accepted, once each')
  const setAside = gauge(
    'leitstern_messages_set_aside_total',
    'Messages that were not taken: a re-used id, an erased person',
    ['reason'],
  )
  const profiles = gauge('leitstern_profiles', 'Customers')
  const waiting = gauge('leitstern_writer_waiting', 'Jobs that wait for the writer')
  const behind = gauge('leitstern_ingest_behind_seconds', 'How long senders are asked to stay away')
  const contacts = gauge('leitstern_contacts', 'Contacts by connector', ['connector'])
  const pending = gauge('leitstern_contacts_pending', 'Contacts whose tool does not hold what it should', ['connector'])
  const dead = gauge('leitstern_dead_letters', 'Contacts that were given up', ['connector'])
  const contested = gauge(
    'leitstern_contacts_contested',
    'Contacts of whom somebody else keeps changing what is ours',
    ['connector'],
  )
  const paused = gauge('leitstern_connector_paused', '1: nothing is sent until an admin acts', ['connector'])
  const withheld = gauge('leitstern_fields_withheld', 'Fields of the map that the tool takes no more', ['connector'])
  const lag = gauge('leitstern_lag_seconds', 'Age of the oldest pending contact', ['connector'])
  const problems = gauge(
    'leitstern_config_problems',
    'Problems of the config files when they were last read; 0: taken over',
  )
  const rules = gauge('leitstern_rules_waiting', 'Entries of the rule files that wait for a publication')
  const deliveries = gauge('leitstern_deliveries_total', 'Deliveries by outcome', ['connector', 'outcome'])

  const byConnector = [contacts, pending, dead, contested, paused, withheld, lag, deliveries]

  return async () => {
    messages.set(await core.store.countMessages())
    for (const { reason, count } of await core.store.setAsideTotals()) setAside.set({ reason }, count)
    profiles.set(await core.store.countProfiles())
    waiting.set(core.writer.waiting())
    behind.set(intake.behindS())
    const { problems: found, waiting: unpublished } = config()
    problems.set(found.length)
    rules.set(unpublished.length)
    // Of a connector that was taken out of the config nothing is shown.
    for (const one of byConnector) one.reset()
    const present = new Set(core.basis().plans.map(({ connector }) => connector))
    const isPresent = ({ connector }: { readonly connector: string }) => present.has(connector)
    for (const totals of (await core.store.contactTotals()).filter(isPresent)) {
      const { connector, oldestDirtyAt } = totals
      contacts.set({ connector }, totals.contacts)
      pending.set({ connector }, totals.pending)
      dead.set({ connector }, totals.dead)
      contested.set({ connector }, totals.contested)
      lag.set({ connector }, oldestDirtyAt === null ? 0 : Math.max(0, (core.now() - oldestDirtyAt) / 1_000))
    }
    for (const state of (await core.store.connectorStates()).filter(isPresent)) {
      const { connector } = state
      paused.set({ connector }, state.paused === null ? 0 : 1)
      withheld.set({ connector }, Object.keys(state.withheld).length)
    }
    for (const { connector, outcome, count } of (await core.store.deliveryTotals()).filter(isPresent))
      deliveries.set({ connector, outcome }, count)
    return register.metrics()
  }
}
