import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Component, Node, Veto } from '../../../core/profile/component.ts'
import { parseIdentifier } from '../../../core/profile/identifier.ts'
import { identifierRule } from '../../../core/profile/identifier-rule.ts'
import type { Message } from '../../../core/profile/message.ts'
import { nodeId } from '../../../core/profile/node.ts'
import { partition, rejectedEdges } from '../../../core/profile/partition.ts'
import type { ProfileSettings } from '../../../core/profile/settings.ts'
import { day, fold, identityKey, iso, noon, people, profilesFrom, said, settings, settingsWith } from './given.ts'
import { histories, strict } from './history.ts'

/** Messages by who they are about; a number is the day on which it was. */
const seen = (...rows: readonly (readonly [string, number?])[]): readonly Message[] =>
  rows.map(([who, days = 0], index) => {
    const ids = who.split(' ').map(parseIdentifier)
    const named = ids.filter(({ type }) => type === 'userId' || type === 'anonymousId')
    const external = ids.filter((id) => !named.includes(id))
    const externalIds = external.map(({ type, value }) => ({ type, id: value, collection: 'users', encoding: 'none' }))
    return said({
      type: 'page',
      messageId: `m${index}`,
      timestamp: iso(noon - (60 - days) * day),
      ...Object.fromEntries(named.map(({ type, value }) => [type, value])),
      context: { externalIds },
    })
  })
const node = (text: string): string => nodeId(identityKey, parseIdentifier(text))
const veto = (a: string, b: string): Veto => ({ a: node(a), b: node(b) })

/** As Segment documents its identity resolution, in our limits: userId 1, email 3, anonymousId 5. */
describe('who is one customer', () => {
  it.each([
    ['si-01: a new customer', seen(['userId:u1 anonymousId:a1']), ['anonymousId:a1 userId:u1']],
    [
      'si-02: login keeps the anonymous history',
      seen(['anonymousId:a1'], ['userId:u1 anonymousId:a1', 1]),
      ['anonymousId:a1 userId:u1'],
    ],
    [
      'si-03: evidence joins two histories',
      seen(['userId:u1'], ['anonymousId:a2', 1], ['userId:u1 anonymousId:a2', 2]),
      ['anonymousId:a2 userId:u1'],
    ],
    [
      'si-04: a second userId does not take the e-mail over',
      seen(['userId:abc123 email:jane@x.test'], ['userId:abc456 email:jane@x.test', 1]),
      ['email:jane@x.test userId:abc123', 'userId:abc456'],
    ],
    [
      'si-05: blocked values join nobody',
      seen(['userId:null anonymousId:a1'], ['userId:null anonymousId:a2', 1]),
      ['anonymousId:a1', 'anonymousId:a2'],
    ],
    [
      'si-06: the sixth device stays outside',
      seen(...[1, 2, 3, 4, 5, 6].map((n) => [`userId:u1 anonymousId:a${n}`, n] as const)),
      ['anonymousId:a1 anonymousId:a2 anonymousId:a3 anonymousId:a4 anonymousId:a5 userId:u1', 'anonymousId:a6'],
    ],
    [
      'si-07: two people on one tablet',
      seen(['userId:u1 anonymousId:a9'], ['userId:u2 anonymousId:a9', 3]),
      ['anonymousId:a9', 'userId:u1', 'userId:u2'],
    ],
    [
      'a device that changed hands after 30 days stays with the first',
      seen(['userId:u1 anonymousId:a9'], ['userId:u2 anonymousId:a9', 31]),
      ['anonymousId:a9 userId:u1', 'userId:u2'],
    ],
    [
      'seen again with the first, it is shared',
      seen(['userId:u1 anonymousId:a9'], ['userId:u2 anonymousId:a9', 31], ['userId:u1 anonymousId:a9', 20]),
      ['anonymousId:a9', 'userId:u1', 'userId:u2'],
    ],
    [
      'a device with two e-mail addresses is not shared, of which a person has several',
      seen(
        ['userId:u1 email:a@x.test'],
        ['userId:u2 email:a@x.test', 1],
        ['email:a@x.test anonymousId:a9', 2],
        ['email:b@x.test anonymousId:a9', 3],
      ),
      ['anonymousId:a9 email:a@x.test email:b@x.test userId:u1', 'userId:u2'],
    ],
    [
      'nor one with two ids of a connector',
      seen(['anonymousId:a9 mail:m1'], ['anonymousId:a9 mail:m2', 1]),
      ['anonymousId:a9 mail:m1', 'mail:m2'],
    ],
    [
      'a couple with one e-mail on one device',
      seen(['email:we@x.test anonymousId:a1'], ['userId:u1 email:we@x.test', 1], ['userId:u2 email:we@x.test', 2]),
      ['anonymousId:a1 email:we@x.test userId:u1', 'userId:u2'],
    ],
    [
      'the stronger evidence goes first, though it is younger',
      seen(['anonymousId:a1 email:x@x.test'], ['userId:u1 anonymousId:a1', 1], ['userId:u2 email:x@x.test', 2]),
      ['email:x@x.test userId:u2', 'anonymousId:a1 userId:u1'],
    ],
  ])('%s', (_, messages, expected) => {
    expect(people(profilesFrom(messages))).toEqual([...expected].sort())
    expect(people(profilesFrom(messages.toReversed()))).toEqual([...expected].sort())
  })

  it('connectors’ own ids: one of each connector', () => {
    const contact = (id: string, days: number): Message =>
      said({
        type: 'identify',
        messageId: id,
        timestamp: iso(noon - days * day),
        traits: { email: 'ada@x.test' },
        context: { externalIds: [{ id, type: 'mail', collection: 'users', encoding: 'none' }] },
      })
    expect(people(profilesFrom([contact('m1', 2), contact('m2', 1)]))).toEqual(['email:ada@x.test mail:m1', 'mail:m2'])
  })

  it('a profile is named by its strongest identifier and drawn by the one seen first', () => {
    const [profile] = profilesFrom(seen(['anonymousId:a1'], ['userId:u1 anonymousId:a1', 1]))
    expect([profile?.id, profile?.unit]).toEqual([node('userId:u1'), node('anonymousId:a1')])
  })
  it.each([
    ['a@x.test', 'b@x.test'],
    ['b@x.test', 'a@x.test'],
  ])('of two equally strong by the one seen first: %s before %s', (first, second) => {
    const device = 'anonymousId:a1'
    const [profile] = profilesFrom(seen([`email:${first} ${device}`, 1], [`email:${second} ${device}`, 2]))
    expect(profile?.id).toBe(node(`email:${first}`))
  })
  it('of several seen first in one message, drawn by the smallest id', () => {
    for (const n of [1, 2, 3, 4, 5]) {
      const ids = [`userId:u${n}`, `anonymousId:a${n}`]
      const [profile] = profilesFrom(seen([ids.join(' ')]))
      expect(profile?.unit).toBe(ids.map(node).sort()[0])
    }
  })
})

describe('a veto', () => {
  const messages = seen(
    ['userId:u1 email:a@x.test'],
    ['userId:u1 email:b@x.test', 1],
    ['email:b@x.test anonymousId:a1', 2],
  )

  it('keeps two identifiers apart, and each end keeps its own', () => {
    const split = profilesFrom(messages, settings, [veto('userId:u1', 'email:b@x.test')])
    expect(people(split)).toEqual(['anonymousId:a1 email:b@x.test', 'email:a@x.test userId:u1'])
  })
  it('keeps apart what is only connected over others', () => {
    const split = profilesFrom(messages, settings, [veto('anonymousId:a1', 'email:a@x.test')])
    expect(people(split)).toEqual(['anonymousId:a1', 'email:a@x.test email:b@x.test userId:u1'])
  })
  it.each([
    ['about strangers', veto('userId:u7', 'userId:u8')],
    ['about one of them and a stranger', veto('userId:u1', 'userId:u8')],
    ['of an identifier against itself', veto('userId:u1', 'userId:u1')],
  ])('%s splits nobody', (_, decree) => {
    expect(profilesFrom(messages, settings, [decree])).toHaveLength(1)
  })
})

describe('every link that is not made has a reason', () => {
  const reasons = (messages: readonly Message[], vetoes: readonly Veto[] = []) =>
    fold(messages).flatMap((component) => rejectedEdges(component, vetoes, settings))

  it('limit', () => {
    const rejected = reasons(seen(['userId:u1 email:a@x.test'], ['userId:u2 email:a@x.test', 1]))
    expect(rejected).toMatchObject([{ reason: 'limit', type: 'userId', limit: 1, edge: { firstAt: noon - 59 * day } }])
  })
  it('shared device', () => {
    const rejected = reasons(seen(['userId:u1 anonymousId:a1'], ['userId:u2 anonymousId:a1', 1]))
    const device = node('anonymousId:a1')
    expect(rejected).toMatchObject([
      { reason: 'shared_device', device },
      { reason: 'shared_device', device },
    ])
  })
  it('veto', () => {
    const decree = veto('userId:u1', 'email:a@x.test')
    expect(reasons(seen(['userId:u1 email:a@x.test']), [decree])).toMatchObject([{ reason: 'veto', veto: decree }])
  })
  it('none where nothing is contested', () => {
    expect(reasons(seen(['userId:u1 email:a@x.test'], ['userId:u1 email:b@x.test', 1]))).toEqual([])
  })
})

describe('whatever happened', () => {
  const holds = (nodes: readonly Node[], under: ProfileSettings): boolean =>
    nodes.every(({ type }) => nodes.filter((each) => each.type === type).length <= identifierRule(under, type).limit)
  const contested = histories.map((messages) => {
    const components = fold(messages, strict)
    const ids = components.flatMap(({ nodes }) => nodes.map(({ id }) => id))
    return {
      components,
      vetoes: ids
        .slice(2)
        .map((id, index): Veto => ({ a: id, b: ids[index] ?? id }))
        .slice(0, 2),
    }
  })
  const each = (check: (component: Component, vetoes: readonly Veto[]) => void): void =>
    fc.assert(
      fc.property(contested, ({ components, vetoes }) => {
        for (const component of components) check(component, vetoes)
      }),
    )

  it('every identifier is in one profile, limits and vetoes hold', () => {
    each((component, vetoes) => {
      const groups = partition(component, vetoes, strict)
      const ids = groups.flatMap((nodes) => nodes.map(({ id }) => id))
      expect(ids.toSorted()).toEqual(component.nodes.map(({ id }) => id))
      for (const nodes of groups) {
        const has = (id: string): boolean => nodes.some((each) => each.id === id)
        expect(holds(nodes, strict)).toBe(true)
        expect(vetoes.some(({ a, b }) => a !== b && has(a) && has(b))).toBe(false)
      }
    })
  })

  it('a link is refused exactly where its ends are two customers, and for a reason that is true', () => {
    each((component, vetoes) => {
      const groups = partition(component, vetoes, strict)
      const groupOf = (id: string) => groups.find((nodes) => nodes.some((each) => each.id === id)) ?? []
      const rejected = rejectedEdges(component, vetoes, strict)
      const apart = component.edges.filter(({ a, b }) => groupOf(a) !== groupOf(b))
      expect(
        rejected.map(({ edge }) => edge).sort((x, y) => component.edges.indexOf(x) - component.edges.indexOf(y)),
      ).toEqual(apart)
      for (const { edge, ...objection } of rejected) {
        if (objection.reason === 'limit') expect(holds([...groupOf(edge.a), ...groupOf(edge.b)], strict)).toBe(false)
        if (objection.reason === 'shared_device') expect(groupOf(objection.device)).toHaveLength(1)
      }
    })
  })
})

describe('ten thousand devices of two people, one of which changed hands', () => {
  it.each([
    ['each keeps their own', 20_000, [5001, 5001]],
    ['each keeps the first ten', 10, [11, 11, ...Array.from({ length: 9980 }, () => 1)]],
  ])('%s', (_, limit, sizes) => {
    const under = settingsWith({ identifiers: { userId: { limit: 1 }, anonymousId: { limit } } })
    const seenWith = (user: number, device: number, at: number): Message =>
      said(
        {
          type: 'page',
          userId: `u${user}`,
          anonymousId: `a${device}`,
          messageId: `m${device}-${user}`,
          timestamp: iso(at),
        },
        { settings: under },
      )
    const messages = Array.from({ length: 10_000 }, (_, n) => seenWith(n % 2, n, noon - 60 * day))
    const [component, ...others] = fold([...messages, seenWith(1, 0, noon)], under)
    const groups = component ? partition(component, [], under) : []
    expect(others).toEqual([])
    expect(groups.map((nodes) => nodes.length)).toEqual(sizes)
  })
})
