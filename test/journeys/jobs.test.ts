import { afterEach, describe, expect, it } from 'vitest'
import { ConnectorError } from '../../core/contract/errors.ts'
import { openSqlite } from '../../core/store/sqlite.ts'
import { type Box, type BoxOptions, hubInABox } from '../support/hub.ts'
import { paperTool } from '../support/paper.ts'
import { type PaperJobs, withJobs } from '../support/paper-jobs.ts'
import { connectorOf, identify, order, shopRegistry, withdrawal } from '../support/shop.ts'

let box: Box
afterEach(() => box.close())
const admin = { name: 'admin' }
const clock = { now: 0 }
const minute = 60_000

const optionsFor = ({ paper }: PaperJobs): BoxOptions => ({
  clock,
  papers: { mail: paper },
  registry: shopRegistry,
  connectors: { mail: connectorOf('mail') },
})
const open = async (lastsMs = 5 * minute, more: Partial<BoxOptions> = {}) => {
  clock.now = Date.parse('2026-11-21T12:00:00Z')
  const tool = withJobs(
    paperTool(() => clock.now),
    () => clock.now,
    lastsMs,
  )
  box = await hubInABox({ ...optionsFor(tool), ...more })
  return tool
}
const buyer = (name: string, firstName: string) => [
  identify(name, { email: `${name}@x.test`, firstName }),
  order(name, `of ${name}`, 1, '2026-11-20T10:00:00Z'),
]
const ada = async () => {
  await box.say(...buyer('ada', 'Ada'))
  await box.flow.settle()
}
const named = async (firstName: string) => {
  clock.now += 1_000
  await box.say(identify('ada', { firstName }, { timestamp: new Date(clock.now).toISOString() }))
  await box.flow.settle()
}
const passes = async (ms: number, steps = 1) => {
  for (let step = 0; step < steps; step++) {
    clock.now += ms / steps
    await box.flow.settle()
  }
}
const view = async () => box.flow.operations.connector('mail')
const nameIn = ({ paper }: PaperJobs) => paper.holds('ada@x.test')?.NAME
/** Names as they arrived in the tool, one change after the other. */
const arrived = ({ paper }: PaperJobs) =>
  paper.writes.flatMap(({ changes }) => changes.flatMap(({ fields }) => fields.NAME ?? []))

describe('a tool that works in jobs', () => {
  it('is asked by the ticket, ever more rarely, for all its contacts together; they wait until it is done', async () => {
    const tool = await open(10 * minute)
    await box.say(...buyer('ada', 'Ada'), ...buyer('bob', 'Bob'))
    await box.flow.settle()
    expect(await view()).toMatchObject({ pending: 2 })
    await passes(9 * minute, 9 * 60)
    expect(tool.asked.get('job 1')).toBeLessThan(20)
    expect(tool.paper.cards.size).toBe(0)
    await passes(2 * minute, 120)
    expect([...tool.paper.cards.keys()]).toEqual(['ada@x.test', 'bob@x.test'])
    expect(await view()).toMatchObject({ pending: 0, deadLetters: 0 })
    expect(tool.paper.writes).toHaveLength(1)
  })

  it('is sent what it should hold although the store could not tell the tickets at first', async () => {
    const store = openSqlite(':memory:')
    let fails = 1
    const tickets: typeof store.tickets = async (connector) => {
      if (fails-- > 0) throw new Error('the store is away')
      return store.tickets(connector)
    }
    const tool = await open(minute, { store: { ...store, tickets } })
    await ada()
    await passes(15 * minute, 30)
    expect(nameIn(tool)).toBe('Ada')
  })

  it('what is newly wanted meanwhile is sent when the job has ended, and only the last of it', async () => {
    const tool = await open()
    await ada()
    for (const name of ['Grace', 'Joan', 'Hedy']) {
      await passes(minute)
      await named(name)
    }
    await passes(15 * minute, 30)
    expect(arrived(tool)).toEqual(['Ada', 'Hedy'])
    expect(await view()).toMatchObject({ pending: 0 })
  })

  it('whom its report refuses is a dead letter, and spoils nobody', async () => {
    const tool = await open()
    await box.say(...buyer('ada', 'Ada'), ...buyer('refused', 'Nobody'))
    await passes(15 * minute, 30)
    expect([...tool.paper.cards.keys()]).toEqual(['ada@x.test'])
    const { items } = await box.flow.operations.deadLetters('mail', { limit: 9, cursor: null })
    expect(items).toMatchObject([{ contact: 'refused@x.test', reason: 'the address is refused' }])
  })

  it.each([
    { what: 'it knows the ticket no more', spoil: (tool: PaperJobs) => tool.forget(), ms: 10 * minute },
    { what: 'it has not ended within a day', spoil: () => {}, ms: 25 * 60 * minute },
  ])('where $what it is looked at before anything is sent again', async ({ spoil, ms }) => {
    const tool = await open(ms - minute)
    await ada()
    tool.lastsMs = 0
    clock.now += ms
    await tool.work()
    spoil(tool)
    await passes(0)
    await passes(15 * minute)
    expect(nameIn(tool)).toBe('Ada')
    expect(arrived(tool)).toEqual(['Ada'])
    expect(await view()).toMatchObject({ pending: 0 })
  })

  it('that never does what it took is sent it again after a day', async () => {
    const tool = await open(90 * 24 * 60 * minute)
    await ada()
    tool.lastsMs = minute
    await passes(23 * 60 * minute, 23)
    expect(tool.paper.cards.size).toBe(0)
    await passes(3 * 60 * minute, 60)
    expect(nameIn(tool)).toBe('Ada')
  })

  it('that cannot be asked for a while is asked again, and nothing is sent meanwhile', async () => {
    const tool = await open(minute)
    await ada()
    tool.mute = new ConnectorError('transient', 'answered 500')
    await named('Grace')
    await passes(30 * minute, 60)
    expect(await view()).toMatchObject({ pending: 1, deadLetters: 0 })
    expect(arrived(tool)).toEqual(['Ada'])
    tool.mute = null
    await passes(15 * minute, 60)
    expect(arrived(tool)).toEqual(['Ada', 'Grace'])
  })

  it('a ticket outlives the process: the next one asks by it', async () => {
    const store = openSqlite(':memory:')
    const tool = await open(5 * minute, { store: { ...store, close: async () => {} } })
    await ada()
    await box.close()
    clock.now += minute
    box = await hubInABox({ ...optionsFor(tool), store })
    await named('Grace')
    expect(arrived(tool)).toEqual([])
    await passes(15 * minute, 30)
    expect(arrived(tool)).toEqual(['Ada', 'Grace'])
    expect(tool.asked.size).toBe(2)
  })

  it('a push whose answer was lost has perhaps become a job: what is newer waits until that one must have ended', async () => {
    const tool = await open()
    tool.mute = new ConnectorError('unknown', 'no answer in time')
    await ada()
    tool.mute = null
    await named('Grace')
    await passes(30 * minute, 60)
    expect(arrived(tool)).toEqual(['Ada', 'Grace'])
    expect(nameIn(tool)).toBe('Grace')
  })
})

describe('with a job open', () => {
  it('an erasure waits for it, or it would bring the person back', async () => {
    const tool = await open()
    await ada()
    const [profile] = (await box.flow.operations.listProfiles({ limit: 1, cursor: null })).items
    await box.flow.operations.erase(profile?.id ?? '', admin)
    await box.flow.settle()
    const [contact] = (await box.store.contactsPage('mail', 9, null)).items
    expect(JSON.stringify(contact)).not.toContain('Ada')
    expect(tool.paper.writes).toEqual([])
    await passes(15 * minute, 30)
    expect(tool.paper.writes.map(({ kind }) => kind)).toEqual(['push', 'erase'])
    expect(tool.paper.cards.size).toBe(0)
    expect((await box.store.contactsPage('mail', 9, null)).items).toEqual([])
  })

  it('that is an erasure itself, the person is gone from the hub when the tool says so', async () => {
    let over = false
    const tool = await open(0)
    const { erase, settle } = tool.paper.connector
    tool.paper.connector = {
      ...tool.paper.connector,
      erase: async (_, contacts) => contacts.map(({ id }) => ({ contact: id, status: 'accepted', ticket: 'erasure' })),
      settle: async (ctx, ticket, contacts) => {
        if (ticket !== 'erasure') return (await settle?.(ctx, ticket, contacts)) ?? []
        if (over) return (await erase?.(ctx, contacts)) ?? []
        return contacts.map(({ id }) => ({ contact: id, status: 'accepted', ticket }))
      },
    }
    await box.close()
    box = await hubInABox(optionsFor(tool))
    await ada()
    await passes(minute, 10)
    const [profile] = (await box.flow.operations.listProfiles({ limit: 1, cursor: null })).items
    await box.flow.operations.erase(profile?.id ?? '', admin)
    await passes(minute, 10)
    expect((await box.store.contactsPage('mail', 9, null)).items).toMatchObject([{ job: { ticket: 'erasure' } }])
    over = true
    await passes(2 * minute, 10)
    expect((await box.store.contactsPage('mail', 9, null)).items).toEqual([])
    expect(await box.store.audit('erased', 9)).toHaveLength(1)
    expect(tool.paper.cards.size).toBe(0)
  })

  it('a connector that goes back to observing waits for it, and then takes back what it brought', async () => {
    const tool = await open()
    tool.paper.put('ada@x.test', { HEAD: 'Theirs' })
    await ada()
    expect(await box.flow.operations.setPhase('mail', 'observe', admin)).toEqual({ phase: 'retiring' })
    await passes(minute)
    expect(await view()).toMatchObject({ phase: 'retiring', pending: 1 })
    await passes(30 * minute, 60)
    expect(await view()).toMatchObject({ phase: 'observe', pending: 0 })
    expect(tool.paper.holds('ada@x.test')).toEqual({ HEAD: 'Theirs' })
  })

  it('a withdrawal of consent clears what it brought', async () => {
    const tool = await open()
    await ada()
    await passes(minute)
    await box.say(withdrawal('ada', new Date(clock.now).toISOString()))
    await passes(15 * minute, 30)
    expect(tool.paper.holds('ada@x.test')).toEqual({})
    expect(await view()).toMatchObject({ pending: 0 })
  })

  it('where consent is kept apart, it is still heard of to its end', async () => {
    const keep = { consent: { purpose: 'marketing', onWithdraw: 'keep' } }
    const tool = await open(5 * minute, { connectors: { mail: connectorOf('mail', keep) } })
    await ada()
    await box.say(withdrawal('ada', new Date(clock.now + 1).toISOString()))
    await passes(15 * minute, 30)
    expect(nameIn(tool)).toBe('Ada')
    expect(await view()).toMatchObject({ pending: 0 })
    const [contact] = (await box.store.contactsPage('mail', 9, null)).items
    expect(contact).toMatchObject({ job: null, remoteId: 'r0' })
  })

  it('another account has no such job: everything is sent there anew', async () => {
    const tool = await open(5 * minute)
    await ada()
    tool.paper.epoch = 'restored'
    tool.lastsMs = 0
    await box.flow.operations.check('mail')
    await passes(minute, 30)
    expect(nameIn(tool)).toBe('Ada')
    expect(await view()).toMatchObject({ pending: 0 })
  })
})
