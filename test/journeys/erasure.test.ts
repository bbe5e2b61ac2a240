import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConnectorError } from '../../core/contract/errors.ts'
import type { ContactRecord } from '../../core/contract/record.ts'
import { during } from '../support/during.ts'
import { type Box, hubInABox, testProfile } from '../support/hub.ts'
import { type PaperTool, paperTool } from '../support/paper.ts'
import { connectorOf, identify, order, shopRegistry, withdrawal } from '../support/shop.ts'

let folder: string
let box: Box
const admin = { name: 'admin' }
const clock = { now: 0 }
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leitstern-'))
  clock.now = Date.parse('2026-11-21T12:00:00Z')
})
afterEach(async () => {
  await box.close()
  rmSync(folder, { recursive: true })
})

const open = async (
  more: Record<string, unknown> = {},
  options: Record<string, unknown> = {},
  as: (paper: PaperTool) => PaperTool = (paper) => paper,
) => {
  const mail = paperTool(() => clock.now)
  const connectors = { mail: connectorOf('mail', more) }
  box = await hubInABox({ clock, papers: { mail: as(mail) }, registry: shopRegistry, connectors, ...options })
  return mail
}
const ada = (email = 'ada@x.test') => [identify('u1', { email }), order('u1', 'o1', 1, '2026-11-20T10:00:00Z')]
const idOf = async (value: string, type = 'email') => {
  const { items } = await box.flow.operations.listProfiles({ limit: 9, cursor: null, identifier: { type, value } })
  return items[0]?.id ?? null
}
const erase = async (value: string, type = 'email') => box.flow.operations.erase((await idOf(value, type)) ?? '', admin)
const later = async () => {
  clock.now += 60_000
  await box.flow.settle()
}
const page = { limit: 100, cursor: null }
const record = (at: string): ContactRecord => ({
  kind: 'contact',
  id: `c:${at}`,
  at,
  identifiers: [{ type: 'email', value: 'ada@x.test' }],
  fields: {},
  consent: true,
})

describe('erasing a person', () => {
  it('what was sent of them to an address that was split off since is kept no longer', async () => {
    await open()
    await box.say(
      identify('u1', { email: 'ada@x.test', firstName: 'Ada' }),
      identify('u1', {}, { userId: undefined, anonymousId: 'a1', context: { traits: { email: 'ada@x.test' } } }),
    )
    await later()
    await box.flow.operations.split((await idOf('u1', 'userId')) ?? '', [{ type: 'userId', value: 'u1' }], admin)
    await later()
    expect(await idOf('ada@x.test')).not.toBe(await idOf('u1', 'userId'))
    await erase('u1', 'userId')
    await later()
    expect(JSON.stringify(await box.store.deliveries('mail', 100, null))).not.toContain('"Ada"')
  })

  it('a tool that was given back what it held is told too, and no delivery to it is kept', async () => {
    const mail = await open()
    await box.say(...ada())
    await later()
    await box.say(withdrawal('u1', new Date(clock.now).toISOString()))
    await later()
    expect(await erase('ada@x.test')).toEqual({ erased: true, connectors: ['mail'] })
    await later()
    expect(mail.cards.size).toBe(0)
    expect((await box.flow.operations.deliveries('mail', page)).items).toEqual([])
  })

  it('is done though the tool refuses the whole request for somebody else', async () => {
    let refuses = true
    const mail = await open({}, {}, (paper) => {
      const { erase: eraseAll } = paper.connector
      const eraseSome: typeof eraseAll = async (ctx, contacts) => {
        if (refuses && contacts.some(({ key }) => key.value === 'odd@x.test'))
          throw new ConnectorError('invalid', 'erasing: the address is refused')
        return (await eraseAll?.(ctx, contacts)) ?? []
      }
      paper.connector = { ...paper.connector, erase: eraseSome }
      return paper
    })
    await box.say(
      ...ada(),
      identify('u2', { email: 'odd@x.test' }),
      order('u2', 'o2', 1, '2026-11-20T10:00:00Z'),
      identify('u3', { email: 'bob@x.test' }),
      order('u3', 'o3', 1, '2026-11-20T10:00:00Z'),
    )
    await later()
    expect(mail.cards.size).toBe(3)
    await box.flow.operations.setPhase('mail', 'shadow', admin)
    for (const name of ['odd', 'ada', 'bob']) await erase(`${name}@x.test`)
    await box.flow.operations.setPhase('mail', 'live', admin)
    await later()
    expect([...mail.cards.keys()]).toEqual(['odd@x.test'])
    refuses = false
    await later()
    expect(mail.cards.size).toBe(0)
  })

  it('an erasure that may not be written waits for a phase that writes', async () => {
    const mail = await open()
    await box.say(...ada())
    await later()
    await box.say(withdrawal('u1', new Date(clock.now).toISOString()))
    await later()
    await box.flow.operations.setPhase('mail', 'shadow', admin)
    await erase('ada@x.test')
    await later()
    expect(mail.writes.filter(({ kind }) => kind === 'erase')).toEqual([])
    await box.flow.operations.setPhase('mail', 'live', admin)
    await later()
    expect(mail.cards.size).toBe(0)
  })

  it('in the middle of a send, nothing of the send is kept', async () => {
    const mail = await open({}, {}, (paper) => during(paper, 'push', () => erase('ada@x.test')))
    await box.say(...ada())
    await later()
    expect(mail.cards.size).toBe(0)
    expect((await box.flow.operations.deliveries('mail', page)).items).toEqual([])
  })

  it('in the middle of a look, shadow records nothing', async () => {
    await open({ phase: 'shadow' }, {}, (paper) => during(paper, 'read', () => erase('ada@x.test')))
    await box.say(...ada())
    await later()
    expect((await box.flow.operations.shadow('mail', page)).items).toEqual([])
  })

  it('who comes back before the tool has confirmed is a new contact of it', async () => {
    const back = async () => {
      clock.now += 1_000
      await box.say(identify('u1', { email: 'ada@x.test', firstName: 'Ada' }))
    }
    const mail = await open({}, {}, (paper) => during(paper, 'erase', back))
    await box.say(...ada())
    await later()
    await erase('ada@x.test')
    await later()
    expect(mail.holds('ada@x.test')?.NAME).toBe('Ada')
  })

  it('those whom only the erased person connected stay two customers', async () => {
    await open()
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      clock.now += 1_000
      await box.say(identify('u1', { email: `${name}@x.test` }))
    }
    for (const email of ['d@x.test', 'e@x.test'])
      await box.say({ type: 'identify', messageId: email, traits: { email } })
    const before = [await idOf('d@x.test'), await idOf('e@x.test')]
    expect(new Set(before).size).toBe(2)
    await erase('u1', 'userId')
    expect([await idOf('d@x.test'), await idOf('e@x.test')]).toEqual(before)
  })

  it('what is said of the person at the same moment goes with them', async () => {
    await open()
    await box.say(...ada())
    const id = (await idOf('ada@x.test')) ?? ''
    const erasing = box.flow.operations.erase(id, admin)
    const more = identify('u1', { phone: '+491701234567' })
    await Promise.all([erasing, box.flow.operations.ingest([more], { actor: { name: 'web' }, sentAt: null })])
    expect(await idOf('+491701234567', 'phone')).toBeNull()
  })

  it('a replay of dead letters at the same moment brings nobody back', async () => {
    await open()
    await box.say(...ada('refused@x.test'))
    await later()
    const id = (await idOf('refused@x.test')) ?? ''
    await Promise.all([
      box.say(identify('u2', { email: 'bob@x.test' }, { context: {} })),
      box.flow.operations.replay('mail', admin),
      box.flow.operations.erase(id, admin),
    ])
    await later()
    const { items } = await box.store.contactsPage('mail', 9, null)
    expect(items.map(({ key }) => key.value)).toEqual(['bob@x.test'])
  })

  it('what the tool says of them later is heard, though it says what it said before', async () => {
    const mail = await open()
    mail.feed.push(record('2026-11-21T10:00:00Z'))
    await box.flow.operations.pull('mail')
    await erase('ada@x.test')
    await later()
    mail.feed.push(record('2026-11-21T10:00:01Z'))
    await box.flow.operations.pull('mail')
    expect(await idOf('ada@x.test')).toBeNull()
    mail.feed.push(record('2026-11-21T12:00:59Z'))
    await box.flow.operations.pull('mail')
    expect(await idOf('ada@x.test')).not.toBeNull()
  })

  it('folding profiles anew brings back nobody, though a message of somebody else names them', async () => {
    const path = join(folder, 'hub.db')
    await open({}, { path })
    await box.say(...ada())
    const identifiers = [{ type: 'email', value: 'ada@x.test' }]
    await box.flow.operations.split((await idOf('ada@x.test')) ?? '', identifiers, admin)
    await erase('ada@x.test')
    await box.close()
    await open({}, { path, profile: { ...testProfile, traits: { ...testProfile.traits, city: { type: 'string' } } } })
    expect(await idOf('ada@x.test')).toBeNull()
    expect(await idOf('u1', 'userId')).not.toBeNull()
  })

  it('neither what was pulled of them nor what was set aside is kept', async () => {
    const path = join(folder, 'hub.db')
    const mail = await open({}, { path })
    mail.feed.push(record('2026-11-21T10:00:00Z'))
    await box.flow.operations.pull('mail')
    const bob = identify('u2', { email: 'bob@x.test' })
    await box.say(bob)
    const reused = { ...bob, userId: 'u1', traits: { email: 'ada@x.test' } }
    await box.flow.operations.ingest([reused], { actor: { name: 'web' }, sentAt: null })
    await box.say(...ada())
    await later()
    const nodes = (await box.store.contactsPage('mail', 9, null)).items
      .filter(({ key }) => key.value === 'ada@x.test')
      .map(({ node }) => node)
    expect((await box.store.pulledHashes('mail', nodes)).size).toBe(1)
    expect(await box.store.setAsideTotals()).toEqual([{ reason: 'conflict', count: 1 }])
    await erase('ada@x.test')
    await later()
    expect(await box.store.setAsideTotals()).toEqual([])
    expect((await box.store.pulledHashes('mail', nodes)).size).toBe(0)
  })

  it('what the erased person had told of a shared device is told no more', async () => {
    await open()
    const seen = async (userId: string, minutes: number) => {
      clock.now += minutes * 60_000
      const timestamp = new Date(clock.now).toISOString()
      await box.say({ type: 'page', messageId: `p${clock.now}`, userId, anonymousId: 'tablet', timestamp })
    }
    await seen('u1', 0)
    await seen('u2', 5)
    await erase('u1', 'userId')
    const tablet = await box.flow.operations.profile((await idOf('tablet', 'anonymousId')) ?? '')
    const firstSeen = '2026-11-21T12:05:00.000Z'
    expect(tablet?.provenance.identifiers).toEqual([
      { type: 'userId', value: 'u2', firstSeen },
      { type: 'anonymousId', value: 'tablet', firstSeen },
    ])
  })

  it('an address that only the erased person had named goes with them, from the tools too', async () => {
    const mail = await open({ consent: { none: true, because: 'a test of erasure alone' } })
    for (const email of ['a@x.test', 'b@x.test', 'c@x.test', 'd@x.test']) {
      clock.now += 1_000
      await box.say(identify('u1', { email }))
    }
    await box.flow.settle()
    expect(await idOf('d@x.test')).not.toBe(await idOf('u1', 'userId'))
    expect(mail.holds('d@x.test')).not.toBeNull()
    await erase('u1', 'userId')
    await later()
    expect([await idOf('d@x.test'), mail.holds('d@x.test')]).toEqual([null, null])
  })
})
