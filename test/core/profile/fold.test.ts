import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Component, Veto } from '../../../core/profile/component.ts'
import { computedTrait } from '../../../core/profile/computed.ts'
import { componentOf, foldAll, fold as foldOne, merge } from '../../../core/profile/fold.ts'
import type { Message } from '../../../core/profile/message.ts'
import { nodeId } from '../../../core/profile/node.ts'
import { profilesOf } from '../../../core/profile/profiles.ts'
import { day, fold, identityKey, iso, noon, said, settings, sourceRank } from './given.ts'
import { histories, strict } from './history.ts'

const how = { settings: strict, identityKey }

/** What the flow does: load the components that a batch touches, fold, store them in the place of those. */
const ingest = (batches: readonly (readonly Message[])[]): readonly Component[] => {
  let stored: readonly Component[] = []
  for (const batch of batches) {
    const touched = new Set(batch.flatMap(({ identifiers }) => identifiers.map((each) => nodeId(identityKey, each))))
    const isTouched = ({ nodes }: Component): boolean => nodes.some(({ id }) => touched.has(id))
    stored = [...stored.filter((component) => !isTouched(component)), ...foldAll(stored.filter(isTouched), batch, how)]
  }
  return stored.toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

/** All that the hub derives, as one text. */
const derived = (components: readonly Component[], vetoes: readonly Veto[]): string =>
  JSON.stringify(
    components.map((component) =>
      profilesOf(component, vetoes, strict, sourceRank).map((profile) => ({
        ...profile,
        traits: [...profile.traits],
        consents: [...profile.consents],
        events: [...profile.events],
        computed: Object.entries(strict.computed).map(([name, computed]) => [
          name,
          computedTrait(profile, computed, noon),
        ]),
      })),
    ),
  )

const deliveries = (messages: readonly Message[]) =>
  fc
    .record({
      order: fc.shuffledSubarray([...messages], { minLength: messages.length }),
      repeated: fc.subarray([...messages]),
      size: fc.integer({ min: 1, max: messages.length }),
    })
    .map(({ order, repeated, size }) => {
      const sent = [...order, ...repeated]
      return sent.flatMap((_, index) => (index % size === 0 ? [sent.slice(index, index + size)] : []))
    })

const vetoesOf = (messages: readonly Message[]) => {
  const ids = [...new Set(messages.flatMap(({ identifiers }) => identifiers.map((each) => nodeId(identityKey, each))))]
  return fc.array(fc.record({ a: fc.constantFrom(...ids), b: fc.constantFrom(...ids) }), { maxLength: 3 })
}

describe('the same messages give the same profiles', () => {
  it('in any order, multiplicity and batches', () => {
    const deliveredTwice = histories.chain((messages) =>
      fc.tuple(fc.constant(messages), deliveries(messages), vetoesOf(messages)),
    )
    fc.assert(
      fc.property(deliveredTwice, ([messages, batches, vetoes]) => {
        const expected = ingest([messages])
        const actual = ingest(batches)
        expect(JSON.stringify(actual)).toBe(JSON.stringify(expected))
        expect(derived(actual, vetoes.toReversed())).toBe(derived(expected, vetoes))
      }),
      { numRuns: 150 },
    )
  })

  it('the histories of these tests reach what they are to test', () => {
    const reached = { contested: 0, conflict: 0, reportedTwice: 0, severalOrders: 0, consentOfSeveral: 0 }
    for (const messages of fc.sample(histories, { numRuns: 200, seed: 7 })) {
      for (const component of ingest([messages])) {
        const profiles = profilesOf(component, [], strict, sourceRank)
        const orders = profiles.map(({ events }) => events.get('Order Completed')?.length ?? 0)
        reached.contested += Number(profiles.length > 1)
        reached.reportedTwice += Number(orders.reduce((sum, count) => sum + count, 0) < component.events.length)
        reached.severalOrders += Number(Math.max(...orders) > 2)
        reached.conflict += Number(
          profiles.some(({ traits }) => [...traits.values()].some((each) => each.conflicts > 0)),
        )
        reached.consentOfSeveral += Number(new Set(component.consents.map(({ node }) => node)).size > 1)
      }
    }
    expect(Object.entries(reached).filter(([, times]) => times < 20)).toEqual([])
  })

  it('a veto that is taken back leaves no trace', () => {
    fc.assert(
      fc.property(histories, (messages) => {
        const components = ingest([messages])
        const before = derived(components, [])
        const [component] = components
        const [first, last] = [component?.nodes[0], component?.nodes.at(-1)]
        if (first && last) derived(components, [{ a: first.id, b: last.id }])
        expect(derived(components, [])).toBe(before)
      }),
      { numRuns: 30 },
    )
  })
})

describe('components are a join', () => {
  const threeParts = histories.chain((messages) => {
    const part = fc.subarray([...messages], { minLength: 1 })
    return fc.tuple(part, part, part)
  })

  it('commutative, associative, idempotent', () => {
    fc.assert(
      fc.property(threeParts, (subsets) => {
        const [a, b, c] = subsets.map((messages) =>
          messages
            .flatMap((message) => componentOf(message, how) ?? [])
            .reduce<Component | undefined>((all, part) => (all ? merge(all, part, strict) : part), undefined),
        )
        if (!a || !b || !c) return
        const join = (x: Component, y: Component): Component => merge(x, y, strict)
        const same = (x: Component, y: Component): void => expect(JSON.stringify(x)).toBe(JSON.stringify(y))
        same(join(a, b), join(b, a))
        same(join(join(a, b), c), join(a, join(b, c)))
        same(join(a, a), a)
        same(join(join(a, b), b), join(a, b))
      }),
      { numRuns: 50 },
    )
  })

  it('message by message is the same as at once', () => {
    const messages = [1, 2, 3, 2].map((n) =>
      said({
        type: 'identify',
        userId: 'u1',
        anonymousId: `a${n}`,
        messageId: `m${n}`,
        traits: { firstName: `A${n}` },
      }),
    )
    const under = { settings, identityKey }
    const one = messages.reduce<Component | null>((component, message) => foldOne(component, message, under), null)
    expect([one]).toEqual(fold(messages))
  })

  it('a component that no message is about comes back as it was', () => {
    const [other] = fold([said({ type: 'page', userId: 'u2' })])
    const folded = foldAll(other ? [other] : [], [said({ type: 'page', userId: 'u1' })], { settings, identityKey })
    expect(folded).toContain(other)
    expect(folded).toHaveLength(2)
  })

  it('a message that names nobody is in none', () => {
    expect(fold([said({ type: 'page', userId: 'null' })])).toEqual([])
  })
})

describe('what a component keeps', () => {
  it('of identifiers and links the span of event time, whenever they arrived', () => {
    const seen = [3, 1, 2].map((days) =>
      said({ type: 'page', userId: 'u1', anonymousId: 'a1', messageId: `m${days}`, timestamp: iso(noon - days * day) }),
    )
    const [component] = fold(seen)
    expect(component?.nodes.map(({ firstAt }) => firstAt)).toEqual([noon - 3 * day, noon - 3 * day])
    expect(component?.edges).toMatchObject([{ firstAt: noon - 3 * day, lastAt: noon - day }])
    expect(component?.id).toBe(component?.nodes[0]?.id)
  })

  it('of events the declared types, and of those the declared properties of the declared type', () => {
    const properties = {
      order_id: 'o1',
      revenue: '25.5',
      coupon: 7,
      secret: 'not declared',
      shipping: { method: 'post' },
      products: [{ category: 'audio' }, { category: 5 }, { sku: 's' }, null, { category: 'video' }],
    }
    const [component] = fold([
      said({ type: 'track', event: 'Order Completed', userId: 'u1', messageId: 'm1', properties }),
      said({ type: 'track', event: 'Undeclared', userId: 'u1', messageId: 'm2', properties }),
      said({ type: 'track', event: 'constructor', userId: 'u1', messageId: 'm3', properties }),
    ])
    expect(component?.events).toEqual([
      {
        node: nodeId(identityKey, { type: 'userId', value: 'u1' }),
        name: 'Order Completed',
        source: 'web',
        message: 'm1',
        key: 'o1',
        at: noon,
        properties: {
          order_id: 'o1',
          'shipping.method': 'post',
          'products[].category': ['audio', null, null, null, 'video'],
        },
      },
    ])
  })

  it.each([
    ['firstName', 5, undefined],
    ['firstName', 'Ada', 'Ada'],
    ['firstName', null, null],
    ['points', '5', undefined],
    ['points', 5, 5],
    ['birthday', '1990-02-30', undefined],
    ['birthday', '1990-02-28', '1990-02-28'],
    ['birthday', '1990-02-28T00:00:00.000Z', '1990-02-28'],
    ['birthday', '1990-02-28T10:00:00.000Z', undefined],
    ['subscription.endsAt', '2026-12-01T12:00:00+02:00', '2026-12-01T10:00:00.000Z'],
    ['subscription.endsAt', 'soon', undefined],
    ['undeclared', { deep: 1 }, undefined],
    ['undeclared', [1, 'x'], [1, 'x']],
  ])('of traits what fits the declared type: %s = %j is %j', (trait, value, expected) => {
    const [component] = fold([said({ type: 'identify', userId: 'u1', traits: { [trait]: value } })])
    expect(component?.claims.find((claim) => claim.trait === trait)?.value).toEqual(expected)
  })
})
