import { foldAll } from '../profile/fold.ts'
import type { Profile } from '../profile/profile.ts'
import { profilesOf } from '../profile/profiles.ts'
import { isRefusal, readMessage } from '../profile/segment.ts'
import type { ProfileSettings } from '../profile/settings.ts'
import { compile, type ProgramSource } from '../rules/compile.ts'
import type { Problem } from '../rules/problem.ts'
import type { Program } from '../rules/program.ts'
import type { Example } from '../rules/registry.ts'
import { arbitrate, type Ruling } from './arbitrate.ts'
import { decide } from './decide.ts'
import { because, fateOf, type Run } from './example-reason.ts'

/** An example's customer lives in a hub of their own: so a tie falls the same way wherever the rules are read. */
const identityKey = 'example'
const source = 'example'
const nobodyElse = { ofCustomer: () => [], total: () => 0 }

/** What the example says of its customer, as the messages that would say it. */
const bodiesOf = ({ at, profile }: Example): readonly Record<string, unknown>[] => {
  const externalIds = Object.entries(profile.identifiers).map(([type, id]) => ({
    id,
    type,
    collection: 'users',
    encoding: 'none',
  }))
  const anonymousId = profile.identifiers.anonymousId ?? 'customer'
  const context = { externalIds, consent: { categoryPreferences: profile.consents } }
  return [
    { anonymousId, type: 'identify', messageId: 'identify', timestamp: at, traits: profile.traits, context },
    ...profile.events.map((event, index) => ({
      ...event,
      anonymousId,
      type: 'track',
      messageId: String(index),
      context: { externalIds },
    })),
  ]
}

/** The customer whom the messages make; what they refuse to say is a problem of the example. */
const customerOf = (example: Example, settings: ProfileSettings): Profile | { readonly refused: string } => {
  const how = { source, receivedAt: Date.parse(example.at), sentAt: null, settings, imported: true }
  const read = bodiesOf(example).map((body) => readMessage(body, how))
  const refused = read.find(isRefusal)
  if (refused !== undefined) return { refused: refused.detail }
  const messages = read.flatMap((message) => (isRefusal(message) ? [] : [message]))
  const [component] = foldAll([], messages, { settings, identityKey })
  const [profile] = component === undefined ? [] : profilesOf(component, [], settings, () => 0)
  return profile ?? { refused: 'names nobody' }
}

/** A slot of scope request is answered for a request that brings no context. */
const rulingOf = ({ program, profile, evaluation }: Run, slot: string): Ruling | undefined => {
  if (program.slots.get(slot)?.scope !== 'request')
    return decide(program, profile, evaluation, [], nobodyElse.total).rulings.get(slot)
  const verdict = program.evaluate(profile, evaluation.at, {}).slot(slot)
  const { unit } = profile
  return arbitrate({ slot, holdMs: 0, verdict, incumbent: null, uses: nobodyElse, unit, at: evaluation.at })
}

const segmentFailure = (key: string, wanted: boolean, run: Run): readonly string[] => {
  if (run.evaluation.inSegment(key) === wanted) return []
  const when = run.program.registry.segments.find((segment) => segment.key === key)?.when
  const reason = when === undefined ? '' : `: ${because(when, run)}`
  return [`expected ${wanted ? '' : 'not '}to be in ${key}, and the customer is${wanted ? ' not' : ''}${reason}`]
}

const slotFailure = (slot: string, wanted: string | null, run: Run): readonly string[] => {
  const ruling = rulingOf(run, slot)
  const won = ruling?.winner ?? null
  if (ruling === undefined || (won?.offer.key ?? null) === wanted) return []
  const came = won === null ? 'nothing' : `${won.offer.key} by rule ${won.rule.key}`
  const rules = run.program.registry.rules.filter((rule) => rule.slot === slot && rule.offer === wanted)
  const reasons = [
    ...rules.map((rule) => fateOf(rule, run, ruling)),
    ...(wanted !== null && rules.length === 0 ? [`no rule of this slot has the offer ${wanted}`] : []),
    ...(wanted === null && won !== null ? [`rule ${won.rule.key}: ${because(won.rule.when, run)}`] : []),
  ]
  return [`expected ${wanted ?? 'nothing'}, and ${came} came; ${reasons.join('; ')}`]
}

const failuresOf = (
  example: Example,
  index: number,
  program: Program,
  settings: ProfileSettings,
): readonly Problem[] => {
  const path = ['examples', index]
  const profile = customerOf(example, settings)
  if ('refused' in profile) return [{ path: [...path, 'profile'], message: profile.refused }]
  const run: Run = { program, profile, evaluation: program.evaluate(profile, Date.parse(example.at)) }
  const at = (place: readonly (string | number)[], messages: readonly string[]): readonly Problem[] =>
    messages.map((message) => ({ path: [...path, 'expect', ...place], message: `"${example.name}": ${message}` }))
  const { segments = [], not, slots = {} } = example.expect
  return [
    ...segments.flatMap((key, place) => at(['segments', place], segmentFailure(key, true, run))),
    ...(not?.segments ?? []).flatMap((key, place) => at(['not', 'segments', place], segmentFailure(key, false, run))),
    ...Object.entries(slots).flatMap(([slot, offer]) => at(['slots', slot], slotFailure(slot, offer, run))),
  ]
}

/**
 * Runs a registry's examples: each customer is folded from the messages that the example stands for, and decided at the
 * example's instant as somebody who was never given anything before. Answers what came out otherwise than expected: at
 * its place, with what came, and why. The registry must be sound: hold it to `checkRegistry` first.
 */
export const checkExamples = (given: Omit<ProgramSource, 'revision'>): readonly Problem[] => {
  const { registry, settings } = given
  if (registry.examples.length === 0) return []
  const program = compile({ ...given, revision: 'examples' })
  return registry.examples.flatMap((example, index) => failuresOf(example, index, program, settings))
}
