import { expect, it } from 'vitest'
import { computedTrait } from '../../../core/profile/computed.ts'
import { foldAll } from '../../../core/profile/fold.ts'
import { historyEvents } from '../../../core/profile/history.ts'
import { profilesOf } from '../../../core/profile/profiles.ts'
import { isRefusal, readMessage } from '../../../core/profile/segment.ts'
import { profileSettings } from '../../../core/profile/settings.ts'

const settings = profileSettings.parse({
  identifiers: { userId: { limit: 1 } },
  computed: { skus: { fn: 'distinct', event: 'Order Completed', property: 'products[].sku' } },
  events: {
    types: {
      'Order Completed': {
        properties: { 'products[].sku': 'string', 'products[].category': 'string', total: 'number' },
      },
    },
  },
})
const message = readMessage(
  {
    type: 'track',
    messageId: 'm',
    userId: 'u',
    event: 'Order Completed',
    properties: { products: [{ category: 'audio' }, { sku: 'B', category: 'video' }, { sku: 7 }], total: 'ten' },
  },
  { source: 'web', receivedAt: 0, sentAt: null, settings },
)
if (isRefusal(message)) throw new Error(message.detail)

it('elements of a list keep their places: one without a value has null, so that `some` pairs what belongs together', () => {
  expect(historyEvents('n', message, settings)[0]?.properties).toEqual({
    'products[].sku': [null, 'B', null],
    'products[].category': ['audio', 'video', null],
  })
})

it('a computed trait passes over elements without a value', () => {
  const [component] = foldAll([], [message], { settings, identityKey: 'k' })
  const [profile] = component === undefined ? [] : profilesOf(component, [], settings, () => 0)
  const skus = settings.computed.skus
  expect(profile && skus && computedTrait(profile, skus, 1).value).toBe(1)
})
