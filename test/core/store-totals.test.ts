import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ContactState } from '../../core/deliver/contact.ts'
import type { Component } from '../../core/profile/component.ts'
import { openSqlite } from '../../core/store/sqlite.ts'

const blank: ContactState = {
  connector: 'mail',
  node: '',
  profile: '',
  key: { type: 'email', value: 'x' },
  remoteId: null,
  standing: 'active',
  aim: 'hold',
  answers: {},
  epoch: 'e',
  desired: null,
  wanted: 'w',
  settled: null,
  held: null,
  tried: null,
  told: false,
  job: null,
  touchedAt: null,
  baseline: null,
  observed: null,
  observedAt: null,
  drifts: {},
  lane: 1,
  dirtyAt: null,
  attempts: 0,
  nextTryAt: 0,
  dead: null,
}
const contacts = fc.record({
  connector: fc.constantFrom('mail', 'shop'),
  node: fc.constantFrom('a', 'b', 'c', 'd'),
  profile: fc.constantFrom('p', 'q'),
  lane: fc.constantFrom(0, 1, 2, 3),
  dirtyAt: fc.option(fc.nat(100)),
  nextTryAt: fc.nat(100),
  dead: fc.option(fc.constant('given up')),
})
const steps = fc.array(fc.record({ contact: contacts, isGone: fc.boolean() }), { maxLength: 40 })
const keyOf = ({ connector, node }: ContactState): string => `${connector} ${node}`

const totalsOf = (states: readonly ContactState[]) =>
  ['mail', 'shop'].flatMap((connector) => {
    const theirs = states.filter((state) => state.connector === connector)
    const alive = theirs.filter(({ dead }) => dead === null)
    const dirtyAt = alive.flatMap((state) => state.dirtyAt ?? [])
    const dead = theirs.length - alive.length
    const oldestDirtyAt = dirtyAt.length === 0 ? null : Math.min(...dirtyAt)
    return theirs.length === 0
      ? []
      : [{ connector, contacts: theirs.length, pending: dirtyAt.length, dead, contested: 0, oldestDirtyAt }]
  })
const component: Component = { id: 'a', nodes: [], edges: [], claims: [], events: [], consents: [] }
const row = { id: 'a', component: 'a', dueAt: null, basis: '', segments: [] }

describe('totals of the embedded store', () => {
  it('contacts: are what counting them all would give, whatever became of them', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        const store = openSqlite(':memory:')
        const kept = new Map<string, ContactState>()
        for (const { contact, isGone } of list) {
          const state: ContactState = { ...blank, ...contact }
          await store.commit(isGone ? { goneContacts: [state] } : { contacts: [state] })
          if (isGone) kept.delete(keyOf(state))
          else kept.set(keyOf(state), state)
        }
        const states = [...kept.values()]
        expect(await store.contactTotals()).toEqual(totalsOf(states))
        const tries = states.filter(({ connector, dirtyAt, dead }) => connector === 'mail' && dirtyAt !== null && !dead)
        const next = tries.length === 0 ? null : Math.min(...tries.map(({ nextTryAt }) => nextTryAt))
        expect(await store.nextTry('mail')).toBe(next)
        await store.close()
      }),
    )
  })

  it('profiles: are counted once however often they are written, and not after they are gone', async () => {
    const store = openSqlite(':memory:')
    await store.commit({ components: [{ component, version: 0 }], profiles: [row, { ...row, id: 'b' }] })
    await store.commit({ profiles: [{ ...row, dueAt: 5 }] })
    expect(await store.countProfiles()).toBe(2)
    await store.commit({ goneProfiles: [row] })
    expect(await store.countProfiles()).toBe(1)
    await store.clearDerived()
    expect(await store.countProfiles()).toBe(0)
    const scratch = await store.scratch()
    await scratch.store.commit({ components: [{ component, version: 0 }], profiles: [row] })
    await scratch.adopt()
    expect(await store.countProfiles()).toBe(1)
    await store.close()
  })

  it('a report reads every contact once, those of one profile together, over any number of pages', async () => {
    const store = openSqlite(':memory:')
    const all = Array.from({ length: 1_101 }, (_, n) => ({ ...blank, node: `n${n}`, profile: `p${n % 400}` }))
    await store.commit({ contacts: all })
    const groups: (readonly ContactState[])[] = []
    for await (const group of store.contactsByProfile()) groups.push(group)
    expect(groups.map(([first]) => first?.profile)).toEqual([...new Set(all.map(({ profile }) => profile))].sort())
    expect(groups.flat().length).toBe(all.length)
    expect(groups.every((group) => group.every(({ profile }) => profile === group[0]?.profile))).toBe(true)
    await store.close()
  })
})
