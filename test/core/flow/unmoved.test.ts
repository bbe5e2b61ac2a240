import { expect, it } from 'vitest'
import { connectorSettings } from '../../../core/deliver/settings.ts'
import type { Basis } from '../../../core/flow/basis.ts'
import { unmoved } from '../../../core/flow/unmoved.ts'
import { componentOf, joinAll } from '../../../core/profile/fold.ts'
import { compile } from '../../../core/rules/compile.ts'
import { registry } from '../../../core/rules/registry.ts'
import type { WorkingSet } from '../../../core/store/port.ts'
import type { ProfileRow } from '../../../core/store/stored.ts'
import { identityKey, iso, noon, said, settingsWith } from '../profile/given.ts'

const settings = settingsWith({
  computed: { latest: { fn: 'last', event: 'Computed', property: 'timestamp' } },
  events: { types: Object.fromEntries(['Asked', 'Computed', 'Scoped', 'Unasked'].map((name) => [name, {}])) },
})
const program = compile({
  registry: registry.parse({ segments: [{ key: 'askers', when: { event: 'Asked' } }] }),
  settings,
  timezone: 'UTC',
  locales: ['en-GB'],
  revision: 'r1',
})
const connector = connectorSettings.parse({
  use: 'paper',
  channel: 'email',
  contact: { key: 'email' },
  scope: { not: { event: 'Scoped' } },
  consent: { none: true, because: 'nothing is sent in a test' },
})
const plan = { connector: 'mail', settings: connector, phase: 'live', epoch: 'e', lines: [], rollouts: [] } as const
const basis: Basis = {
  id: 'b',
  program,
  plans: [plan],
  covers: (row) => row.basis === 'b',
  settings,
  sourceRank: () => 0,
  identityKey,
  timezone: 'UTC',
}
const how = { settings, identityKey }
const partsOf = (body: Record<string, unknown>) => {
  const part = componentOf(said({ timestamp: iso(noon), userId: 'ada', ...body }, { settings }), how)
  return part === null ? [] : [part]
}
const components = joinAll([], partsOf({ type: 'identify', messageId: 'm0', traits: { firstName: 'Ada' } }), settings)
const id = components[0]?.id ?? ''
const decided: ProfileRow = { id, component: id, dueAt: noon + 1, basis: 'b', segments: [] }

/** Whether a message about her leaves everything as it was that was stored of her. */
const leaves = (body: Record<string, unknown>, row: Partial<ProfileRow> | null = {}, under = basis): boolean => {
  const profiles = row === null ? [] : [{ ...decided, ...row }]
  const nothing = { versions: new Map(), decisions: new Map(), contacts: new Map(), vetoes: [], uses: new Map() }
  const set: WorkingSet = { ...nothing, components, profiles }
  const parts = partsOf({ messageId: 'm1', ...body })
  return unmoved(set, joinAll(components, parts, settings), parts, under, noon).has(id)
}
const event = (name: string) => ({ type: 'track', event: name })

it.each([
  ['an event that nothing asks about', event('Unasked'), true],
  ['an event of no declared type', event('Never Heard Of'), true],
  ['what was said before', { type: 'identify', messageId: 'm0', traits: { firstName: 'Ada' } }, true],
  ['an event that a segment asks about', event('Asked'), false],
  ['an event that a computed trait is made of', event('Computed'), false],
  ['an event that a connector’s scope asks about', event('Scoped'), false],
  ['a trait', { type: 'identify', timestamp: iso(noon + 1_000), traits: { firstName: 'Grace' } }, false],
  ['another identifier', { ...event('Unasked'), anonymousId: 'a1' }, false],
  [
    'a choice',
    { ...event('Unasked'), context: { consent: { categoryPreferences: { email_marketing: true } } } },
    false,
  ],
])('%s: leaves what was decided as it was: %j %s', (_, body, expected) => {
  expect(leaves(body)).toBe(expected)
})

it.each([
  ['who has fallen due', { dueAt: noon }],
  ['who was decided under another basis', { basis: 'before' }],
  ['who was never decided', null],
])('%s is decided whatever was said', (_, row) => {
  expect(leaves(event('Unasked'), row)).toBe(false)
})

it('who has no contact yet in a tool that wants one is decided whatever was said', () => {
  const byUser = { ...plan, settings: { ...connector, contact: { ...connector.contact, key: 'userId' } } }
  expect(leaves(event('Unasked'), {}, { ...basis, plans: [byUser] })).toBe(false)
  expect(leaves(event('Unasked'), {}, { ...basis, plans: [{ ...byUser, phase: 'off' }] })).toBe(true)
})
