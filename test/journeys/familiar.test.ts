import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Box, hubInABox } from '../support/hub.ts'
import { identify, order, shopRegistry } from '../support/shop.ts'

let box: Box
beforeEach(async () => {
  box = await hubInABox({
    clock: { now: Date.parse('2026-11-21T12:00:00Z') },
    papers: {},
    registry: shopRegistry,
    connectors: {},
  })
  await box.say(identify('u1', { email: 'ada@x.test' }), order('u1', 'o1', 20, '2026-11-20T10:00:00Z'))
})
afterEach(() => box.close())

const ask = async (profile: Readonly<Record<string, string>> = { userId: 'u1' }) => {
  const answer = await box.flow.operations.decide({ profile })
  if ('unknownPlacements' in answer) throw new Error('all placements are asked for')
  return answer
}
const offersOf = async (profile?: Readonly<Record<string, string>>) =>
  (await ask(profile)).decisions.map(({ offer }) => offer)
/** Often enough to be familiar. */
const askTwice = async () => {
  await ask()
  return ask()
}

/** One slot decided for good, one whose rule reads the request, one decided for the request alone. */
const onMobile = { context: 'device', is: 'mobile' }
const isPro = { trait: 'plan', is: 'pro' }
const readingRegistry = {
  slots: [{ key: 'still' }, { key: 'reading' }, { key: 'instant', scope: 'request' }],
  placements: ['still', 'reading', 'instant'].map((slot) => ({
    key: `site-${slot}`,
    channel: 'site',
    slot,
    fields: { headline: { type: 'text', required: true } },
    fallback: { 'en-GB': { headline: 'New in' }, 'de-DE': { headline: 'Neu bei uns' } },
  })),
  offers: [{ key: 'tips', content: { default: { 'en-GB': { headline: 'Tips' }, 'de-DE': { headline: 'Tipps' } } } }],
  rules: [
    { key: 'for-pros', slot: 'still', when: isPro, offer: 'tips' },
    { key: 'for-mobile-pros', slot: 'reading', when: { all: [isPro, onMobile] }, offer: 'tips' },
    { key: 'for-mobiles', slot: 'instant', when: onMobile, offer: 'tips' },
  ],
}
const questions = [
  ['site-still'],
  ['site-reading'],
  ['site-instant'],
  ['site-still', 'site-reading'],
  undefined,
].flatMap((placements) =>
  [undefined, { device: 'mobile' }, { device: 'tablet' }].flatMap((context) =>
    ['en-GB', 'de-DE'].map((locale) => ({
      profile: { userId: 'u1' },
      ...(placements && { placements }),
      ...(context && { context }),
      locale,
    })),
  ),
)

describe('whoever is familiar is answered as if they were looked at anew', () => {
  it('with the very same answer, at once', async () => {
    const first = await askTwice()
    const again = box.flow.operations.decide({ profile: { userId: 'u1' } })
    expect(again).not.toBeInstanceOf(Promise)
    expect(await again).toEqual(first)
    expect(await ask({ email: 'ADA@x.test' })).toEqual(first)
  })

  it('whatever was asked before: other placements, another language, another request', async () => {
    await box.close()
    box = await hubInABox({ papers: {}, registry: readingRegistry, connectors: {} })
    const anew: unknown[] = []
    for (const [index, question] of questions.entries()) {
      await box.say(identify('u1', { firstName: `Ada ${index}`, plan: 'pro' }))
      anew.push(await box.flow.operations.decide(question))
    }
    expect(new Set(anew.map((answer) => JSON.stringify(answer))).size).toBeGreaterThan(8)
    for (const before of questions)
      for (const [index, question] of questions.entries()) {
        await box.flow.operations.decide(before)
        expect(await box.flow.operations.decide(question)).toEqual(anew[index])
      }
  })

  it('until they have lapsed at the very instant, which nobody has worked off yet', async () => {
    const before = await askTwice()
    box.at('2027-01-19T09:59:59.999Z')
    expect(await ask()).toEqual(before)
    box.at('2027-01-19T10:00:00.000Z')
    expect(await ask()).not.toEqual(before)
  })

  it('until something is said of them', async () => {
    const before = await askTwice()
    await box.say(identify('u1', { subscription: { endsAt: '2026-11-23T12:00:00Z' } }))
    expect(await offersOf()).not.toEqual(before.decisions.map(({ offer }) => offer))
  })

  it('until they are erased: then they are nobody', async () => {
    const nobody = await offersOf({ userId: 'nobody' })
    const { profileId } = await askTwice()
    expect(await offersOf()).not.toEqual(nobody)
    await box.flow.operations.erase(profileId, { name: 'test' })
    expect(await offersOf()).toEqual(nobody)
  })
})
