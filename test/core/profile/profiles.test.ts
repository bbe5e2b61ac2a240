import { describe, expect, it } from 'vitest'
import type { Message } from '../../../core/profile/message.ts'
import type { Profile } from '../../../core/profile/profile.ts'
import { stranger } from '../../../core/profile/stranger.ts'
import { day, iso, noon, profileFrom, said, settings, settingsWith } from './given.ts'

let count = 0
const send = (source: string, days: number, body: Record<string, unknown>, under = settings): Message =>
  said(
    { userId: 'u1', messageId: `m${count++}`, timestamp: iso(noon - days * day), ...body },
    { source, settings: under },
  )

describe('which of several statements wins', () => {
  type Statement = readonly [source: string, daysAgo: number, value: unknown]
  const win = (strategy: string, type: string, said: readonly Statement[], maxAge?: string) => {
    const under = settingsWith({ traits: { it: { type, strategy, ...(maxAge ? { maxAge } : {}) } } })
    const state = ([source, days, value]: Statement) =>
      send(source, days, { type: 'identify', traits: { it: value } }, under)
    return profileFrom(said.map(state), under).traits.get('it')
  }
  type Case = [
    name: string,
    strategy: string,
    type: string,
    said: Statement[],
    value: unknown,
    conflicts: number,
    maxAge?: string,
  ]
  const cases: Case[] = [
    [
      'the better source',
      'source_rank_then_recent',
      'string',
      [
        ['crm', 9, 'A'],
        ['web', 1, 'B'],
      ],
      'A',
      1,
    ],
    [
      'of one rank the younger',
      'source_rank_then_recent',
      'string',
      [
        ['web', 9, 'A'],
        ['site', 1, 'B'],
      ],
      'B',
      1,
    ],
    [
      'of one source its latest',
      'source_rank_then_recent',
      'string',
      [
        ['crm', 1, 'A'],
        ['crm', 9, 'B'],
      ],
      'A',
      0,
    ],
    [
      'a withdrawn statement says nothing',
      'source_rank_then_recent',
      'string',
      [
        ['crm', 9, 'A'],
        ['crm', 1, null],
        ['web', 5, 'B'],
      ],
      'B',
      0,
    ],
    [
      'said again after the withdrawal',
      'source_rank_then_recent',
      'string',
      [
        ['crm', 5, null],
        ['crm', 1, 'A'],
      ],
      'A',
      0,
    ],
    [
      'an empty text is a value',
      'source_rank_then_recent',
      'string',
      [
        ['crm', 9, 'A'],
        ['crm', 1, ''],
      ],
      '',
      0,
    ],
    [
      'agreement is no conflict',
      'source_rank_then_recent',
      'string',
      [
        ['crm', 9, 'A'],
        ['web', 1, 'A'],
        ['shop', 1, 'B'],
      ],
      'A',
      1,
    ],
    [
      'too old for its rank',
      'source_rank_then_recent',
      'string',
      [
        ['crm', 9, 'A'],
        ['web', 1, 'B'],
      ],
      'B',
      1,
      '7d',
    ],
    ['old, but alone', 'source_rank_then_recent', 'string', [['crm', 900, 'A']], 'A', 0, '7d'],
    [
      'most recent',
      'most_recent',
      'string',
      [
        ['crm', 9, 'A'],
        ['web', 1, 'B'],
      ],
      'B',
      1,
    ],
    [
      'oldest',
      'oldest',
      'string',
      [
        ['web', 1, 'B'],
        ['crm', 9, 'A'],
        ['crm', 1, 'C'],
      ],
      'A',
      1,
    ],
    [
      'oldest of what was said',
      'oldest',
      'string',
      [
        ['crm', 9, null],
        ['crm', 1, 'A'],
      ],
      'A',
      0,
    ],
    [
      'oldest is not withdrawn',
      'oldest',
      'string',
      [
        ['crm', 9, 'A'],
        ['crm', 1, null],
      ],
      'A',
      0,
    ],
    [
      'max',
      'max',
      'number',
      [
        ['crm', 9, 10],
        ['crm', 1, 9],
        ['web', 2, 2],
      ],
      10,
      1,
    ],
    [
      'min',
      'min',
      'number',
      [
        ['crm', 9, 10],
        ['crm', 1, -9],
        ['web', 2, 2],
      ],
      -9,
      1,
    ],
    [
      'max of times',
      'max',
      'datetime',
      [
        ['crm', 9, '2026-11-21T12:00:00+02:00'],
        ['web', 1, '2026-11-21T11:00:00Z'],
      ],
      '2026-11-21T11:00:00.000Z',
      1,
    ],
    [
      'max is not withdrawn',
      'max',
      'number',
      [
        ['crm', 9, 10],
        ['crm', 1, null],
      ],
      10,
      0,
    ],
    [
      'silence is not a value',
      'non_empty',
      'string',
      [
        ['crm', 9, 'A'],
        ['crm', 1, ''],
      ],
      'A',
      0,
    ],
    [
      'all elements',
      'set_union',
      'list',
      [
        ['crm', 9, ['b', 'a']],
        ['web', 1, ['c', 'b']],
      ],
      ['a', 'b', 'c'],
      0,
    ],
    [
      'what most sources say',
      'most_frequent_over_sources',
      'string',
      [
        ['crm', 9, 'A'],
        ['web', 8, 'A'],
        ['shop', 1, 'B'],
      ],
      'A',
      1,
    ],
    [
      'of equally many the latest',
      'most_frequent_over_sources',
      'string',
      [
        ['crm', 9, 'A'],
        ['shop', 1, 'B'],
      ],
      'B',
      1,
    ],
  ]
  it.each<Case>(cases)('%s', (_, strategy, type, statements, value, conflicts, maxAge) => {
    expect(win(strategy, type, statements, maxAge)).toMatchObject({ value, conflicts })
    expect(win(strategy, type, statements.toReversed(), maxAge)).toMatchObject({ value, conflicts })
  })

  it('all withdrawn: there is no trait', () => {
    expect(
      win('source_rank_then_recent', 'string', [
        ['crm', 9, 'A'],
        ['crm', 1, null],
      ]),
    ).toBeUndefined()
  })
  it('says who said it, and when', () => {
    expect(
      win('most_recent', 'string', [
        ['crm', 9, 'A'],
        ['web', 1, 'B'],
      ]),
    ).toEqual({ value: 'B', source: 'web', at: noon - day, conflicts: 1 })
  })
  it('traits that reach a prototype in other tools, and those named like its members, harm nothing', () => {
    const traits = JSON.parse('{"toString":"x","hasOwnProperty":"y","__proto__":{"z":1},"firstName":"Ada"}')
    const profile = profileFrom([send('web', 0, { type: 'identify', traits })])
    expect([...profile.traits.keys()]).toEqual(['firstName', 'hasOwnProperty', 'toString'])
  })
})

describe('what a customer may be told', () => {
  const choose = (days: number, granted: boolean, ids: Record<string, unknown>): Message =>
    send('web', days, {
      type: 'page',
      ...ids,
      context: { consent: { categoryPreferences: { email_marketing: granted } } },
    })
  const meet = (days: number, ids: Record<string, unknown>): Message => send('web', days, { type: 'page', ...ids })
  const device = { userId: undefined, anonymousId: 'a1' }
  const both = { anonymousId: 'a1' }
  const choiceOf = (profile: Profile): boolean | undefined => profile.consents.get('email_marketing')?.granted

  it.each([
    ['the default until they say', [meet(1, {})], false],
    ['their choice', [choose(2, true, {})], true],
    ['their latest choice', [choose(2, false, {}), choose(1, true, {})], true],
    ['both at one instant: the denial', [choose(2, true, {}), choose(2, false, {})], false],
    [
      'two histories joined: the most restrictive',
      [choose(5, false, device), choose(4, true, {}), meet(3, both)],
      false,
    ],
    [
      'two histories joined, the denial is the older one’s',
      [choose(5, true, device), choose(4, false, {}), meet(3, both)],
      false,
    ],
    ['chosen again since they were joined', [choose(5, false, device), meet(3, both), choose(2, true, {})], true],
    ['chosen in the very message that joined them', [choose(5, false, device), choose(3, true, both)], true],
    [
      'a further device afterwards changes nothing',
      [choose(5, false, device), meet(3, both), choose(2, true, {}), meet(1, { anonymousId: 'a2' })],
      true,
    ],
    [
      'a further history with a consent neither',
      [
        choose(5, false, device),
        meet(3, both),
        choose(2, true, {}),
        choose(2, true, { userId: undefined, anonymousId: 'a2' }),
        meet(1, { anonymousId: 'a2' }),
      ],
      true,
    ],
    [
      'a further history with a denial does',
      [
        choose(5, true, device),
        meet(3, both),
        choose(2, true, {}),
        choose(4, false, { userId: undefined, anonymousId: 'a2' }),
        meet(1, { anonymousId: 'a2' }),
      ],
      false,
    ],
  ])('%s', (_, messages, granted) => {
    expect(choiceOf(profileFrom(messages))).toBe(granted)
    expect(choiceOf(profileFrom(messages.toReversed()))).toBe(granted)
  })

  it('a default says so, a choice says whose it was', () => {
    const { consents } = profileFrom([choose(2, true, {})])
    expect([...consents]).toEqual([
      ['email_marketing', { granted: true, at: noon - 2 * day, source: 'web' }],
      ['personalization', { granted: true, at: null, source: null }],
    ])
  })
})

describe('events', () => {
  const bought = (order: unknown, revenue: number) => ({
    type: 'track',
    event: 'Order Completed',
    properties: { order_id: order, revenue },
  })
  const buy = (source: string, days: number, order: unknown, revenue: number): Message =>
    send(source, days, bought(order, revenue))
  const revenues = (messages: readonly Message[]): readonly unknown[] =>
    (profileFrom(messages).events.get('Order Completed') ?? []).map(({ properties }) => properties.revenue)

  it.each([
    ['oldest first', [buy('web', 1, 'o2', 2), buy('web', 3, 'o1', 1)], [1, 2]],
    [
      'an order that web and shop report is one, the better source’s',
      [buy('web', 3, 'o1', 1), buy('shop', 2, 'o1', 2)],
      [2],
    ],
    ['of one rank the earlier report', [buy('site', 2, 'o1', 2), buy('web', 3, 'o1', 1)], [1]],
    [
      'of one rank and instant the smaller id',
      [send('web', 1, { ...bought('o1', 1), messageId: 'a' }), send('site', 1, { ...bought('o1', 2), messageId: 'b' })],
      [1],
    ],
    ['numbers as keys', [buy('web', 3, 17, 1), buy('shop', 2, '17', 2)], [2]],
    [
      'without a key each is its own',
      [buy('web', 4, null, 1), buy('shop', 3, null, 2), buy('shop', 2, '', 3), buy('web', 1, '', 4)],
      [1, 2, 3, 4],
    ],
  ])('%s', (_, messages, expected) => {
    expect(revenues(messages)).toEqual(expected)
    expect(revenues(messages.toReversed())).toEqual(expected)
  })

  it('anonymous events belong to whom the device turns out to be', () => {
    const anonymous = [1, 2, 3].map((n) =>
      send('web', 9 - n, { type: 'page', userId: undefined, anonymousId: 'anon1', name: `P${n}` }),
    )
    const known = send('web', 1, { type: 'page', userId: 'user1', anonymousId: 'anon1', name: 'P4' })
    const views = profileFrom([...anonymous, known]).events.get('Page Viewed') ?? []
    expect(views.map(({ properties }) => properties.name)).toEqual(['P1', 'P2', 'P3', 'P4'])
  })
})

it('a customer of whom nothing is known has the default consents', () => {
  const { consents, ...rest } = stranger('n1', settings)
  expect(rest).toEqual({ id: 'n1', unit: 'n1', nodes: [], traits: new Map(), events: new Map() })
  expect([...consents].map(([purpose, { granted }]) => [purpose, granted])).toEqual([
    ['email_marketing', false],
    ['personalization', true],
  ])
})
