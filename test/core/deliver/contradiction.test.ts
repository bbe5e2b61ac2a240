import { expect, it } from 'vitest'
import type { ObservedRule } from '../../../core/contract/content.ts'
import { offersNamedBy } from '../../../core/deliver/contradiction.ts'
import { offerKind } from '../../../core/rules/registry.ts'

const offers = [
  { key: 'care', content: {} },
  { key: 'win-back', products: ['SKU-1', 'a+b'], content: {} },
].map((offer) => offerKind.parse(offer))
const rule = (name: string, says: string | null = null, active = true): ObservedRule => ({
  id: 'r',
  name,
  kind: 'automation',
  active,
  audience: null,
  says,
  changedAt: null,
})

it.each([
  ['by its key', rule('Win-back, autumn'), ['win-back']],
  ['by a product in what it says', rule('Autumn', 'Now: SKU-1 for less'), ['win-back']],
  ['by a product with signs in it', rule('Autumn', 'only a+b!'), ['win-back']],
  ['several', rule('care', 'and sku-1'), ['care', 'win-back']],
  ['no part of a longer word', rule('Careful, skincare, SKU-10, care-plus'), []],
  ['nothing', rule('Autumn'), []],
  ['while it rests, nothing', rule('care', 'care', false), []],
])('a rule of the tool names offers of ours: %s', (_, observed, named) => {
  expect(offersNamedBy(observed, offers)).toEqual(named)
})
