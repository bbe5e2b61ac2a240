import { afterEach, describe, expect, it } from 'vitest'
import { type Box, hubInABox } from '../support/hub.ts'
import { paperTool } from '../support/paper.ts'
import { connectorOf, identify, order, shopRegistry, withdrawal } from '../support/shop.ts'

let box: Box
afterEach(() => box.close())

const open = async () => {
  const clock = { now: Date.parse('2026-11-21T12:00:00Z') }
  const papers = { mail: paperTool(() => clock.now), site: paperTool(() => clock.now), crm: paperTool(() => clock.now) }
  box = await hubInABox({
    clock,
    papers,
    registry: shopRegistry,
    connectors: Object.fromEntries(Object.keys(papers).map((key) => [key, connectorOf(key)])),
  })
  return papers
}
const heads = (papers: Awaited<ReturnType<typeof open>>, email: string) =>
  Object.values(papers).map((paper) => paper.holds(email)?.HEAD)

describe('one answer on every channel', () => {
  it('an order decides once, and every tool holds that decision', async () => {
    const papers = await open()
    await box.say(
      identify('u1', { email: 'ada@x.test', firstName: 'Ada' }),
      order('u1', 'o1', 20, '2026-11-20T10:00:00Z'),
    )
    await box.flow.settle()
    expect(heads(papers, 'ada@x.test')).toEqual(['Care', 'Care', 'Care'])
    const decisions = Object.values(papers).map((paper) => paper.holds('ada@x.test')?.DEC)
    expect(new Set(decisions).size).toBe(1)
    expect(papers.mail.cards.get('ada@x.test')?.memberships).toEqual(new Set(['tag/Buyers']))
    expect(papers.mail.holds('ada@x.test')?.NAME).toBe('Ada')
  })

  it('time alone changes the answer everywhere: a customer lapses at the very second', async () => {
    const papers = await open()
    await box.say(identify('u1', { email: 'ada@x.test' }), order('u1', 'o1', 20, '2026-11-20T10:00:00Z'))
    await box.flow.settle()
    box.at('2027-01-19T09:59:59.999Z')
    await box.flow.settle()
    expect(heads(papers, 'ada@x.test')).toEqual(['Care', 'Care', 'Care'])
    box.at('2027-01-19T10:00:00.000Z')
    await box.flow.settle()
    expect(heads(papers, 'ada@x.test')).toEqual(['Come back', 'Come back', 'Come back'])
  })

  it('an expiring subscription claims the slot on all channels and gives it back when it is over', async () => {
    const papers = await open()
    await box.say(
      identify('u1', { email: 'ada@x.test', subscription: { endsAt: '2026-11-30T00:00:00Z' } }),
      order('u1', 'o1', 20, '2026-11-20T10:00:00Z'),
    )
    await box.flow.settle()
    expect(heads(papers, 'ada@x.test')).toEqual(['Care', 'Care', 'Care'])
    box.at('2026-11-23T00:00:01Z')
    await box.flow.settle()
    expect(heads(papers, 'ada@x.test')).toEqual(['Renew', 'Renew', 'Renew'])
    box.at('2026-11-30T00:00:01Z')
    await box.flow.settle()
    expect(heads(papers, 'ada@x.test')).toEqual(['Care', 'Care', 'Care'])
  })

  it('a decision holds: a rule with a better score of the same tier waits for the end of the hold', async () => {
    const papers = await open()
    await box.say(identify('u1', { email: 'ada@x.test' }), order('u1', 'o1', 20, '2026-11-20T10:00:00Z'))
    await box.flow.settle()
    await box.say(identify('u1', { plan: 'pro' }))
    await box.flow.settle()
    expect(heads(papers, 'ada@x.test')).toEqual(['Care', 'Care', 'Care'])
    box.at('2026-11-28T12:00:01Z')
    await box.flow.settle()
    expect(heads(papers, 'ada@x.test')).toEqual(['Tips', 'Tips', 'Tips'])
  })

  it('withdrawn consent clears the tool, and nothing of the person is written again', async () => {
    const papers = await open()
    await box.say(
      identify('u1', { email: 'ada@x.test', firstName: 'Ada' }),
      order('u1', 'o1', 20, '2026-11-20T10:00:00Z'),
    )
    await box.flow.settle()
    box.at('2026-11-21T13:00:00Z')
    await box.say(withdrawal('u1'))
    await box.flow.settle()
    for (const paper of Object.values(papers)) {
      expect(paper.holds('ada@x.test')).toEqual({})
      expect(paper.cards.get('ada@x.test')?.memberships.size).toBe(0)
    }
    const writes = Object.values(papers).map((paper) => paper.writes.length)
    await box.say(identify('u1', { firstName: 'Augusta' }, { context: {} }))
    await box.flow.settle()
    expect(Object.values(papers).map((paper) => paper.writes.length)).toEqual(writes)
  })

  it('nobody without consent is ever written', async () => {
    const papers = await open()
    await box.say(
      identify('u1', { email: 'ada@x.test' }, { context: {} }),
      order('u1', 'o1', 20, '2026-11-20T10:00:00Z'),
    )
    await box.flow.settle()
    expect(Object.values(papers).flatMap((paper) => paper.writes)).toEqual([])
  })

  it('a visitor becomes a customer: the decision made for the device comes along', async () => {
    await open()
    await box.say(order('', 'o1', 20, '2026-11-20T10:00:00Z', { userId: undefined, anonymousId: 'a1' }))
    const before = await box.flow.operations.decide({ profile: { anonymousId: 'a1' } })
    await box.say(identify('u1', { email: 'ada@x.test' }, { anonymousId: 'a1' }))
    const after = await box.flow.operations.decide({ profile: { userId: 'u1' } })
    if (!('decisions' in before) || !('decisions' in after)) throw new Error('no decisions')
    expect(after.decisions[0]?.offer).toBe('care')
    expect(after.decisions[0]?.decisionId).toBe(before.decisions[0]?.decisionId)
    expect(after.profileId).not.toBe(before.profileId)
  })

  it('decide answers a visitor whom nobody has seen with the fallback, in their language', async () => {
    await open()
    const answer = await box.flow.operations.decide({
      profile: { anonymousId: 'nobody' },
      placements: ['site-hero'],
      locale: 'de-AT',
    })
    expect(answer).toMatchObject({
      decisions: [
        {
          placement: 'site-hero',
          offer: null,
          variant: 'fallback',
          content: { headline: 'Neu bei uns' },
          reason: { code: 'no_rule' },
        },
      ],
    })
    expect((await box.flow.operations.listProfiles({ limit: 10, cursor: null })).items).toEqual([])
  })

  it('erasing removes the person from hub and tools, and a replay of old messages brings nothing back', async () => {
    const papers = await open()
    const old = [identify('u1', { email: 'ada@x.test' }), order('u1', 'o1', 20, '2026-11-20T10:00:00Z')]
    await box.say(...old)
    await box.flow.settle()
    const [profile] = (await box.flow.operations.listProfiles({ limit: 1, cursor: null })).items
    await box.flow.operations.erase(profile?.id ?? '', { name: 'admin' })
    await box.flow.settle()
    expect(Object.values(papers).map((paper) => paper.cards.size)).toEqual([0, 0, 0])
    const again = await box.flow.operations.ingest(old, { actor: { name: 'web' }, sentAt: null })
    expect(again).toMatchObject({ accepted: 0, refused: [{ code: 'erased' }, { code: 'erased' }] })
    expect((await box.flow.operations.listProfiles({ limit: 1, cursor: null })).items).toEqual([])
  })

  it('a split keeps the other half apart, with its own events', async () => {
    await open()
    await box.say(identify('u1', { email: 'ada@x.test' }), order('u1', 'o1', 20, '2026-11-20T10:00:00Z'))
    const [profile] = (await box.flow.operations.listProfiles({ limit: 1, cursor: null })).items
    const ids = await box.flow.operations.split(profile?.id ?? '', [{ type: 'email', value: 'ada@x.test' }], {
      name: 'admin',
    })
    expect(ids).toHaveLength(2)
    const found = await box.flow.operations.listProfiles({
      limit: 2,
      cursor: null,
      identifier: { type: 'email', value: 'ada@x.test' },
    })
    expect(found.items[0]?.identifiers).toEqual([{ type: 'email', value: 'ada@x.test' }])
    expect(found.items[0]?.segments).toEqual([])
  })
})
