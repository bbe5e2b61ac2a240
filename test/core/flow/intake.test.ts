import { describe, expect, it } from 'vitest'
import type { Core } from '../../../core/flow/core.ts'
import { createIntake } from '../../../core/flow/intake.ts'
import { createWriter } from '../../../core/flow/writer.ts'
import type { Message } from '../../../core/profile/message.ts'
import { openSqlite } from '../../../core/store/sqlite.ts'

const message: Message = {
  source: 'web',
  id: 'm',
  hash: 'h',
  kind: 'track',
  event: 'E',
  at: 0,
  sentAt: null,
  receivedAt: 0,
  flag: null,
  identifiers: [],
  traits: new Map(),
  properties: {},
  consents: {},
  body: {},
}
const coreWith = (writer: Core['writer']): Core => ({
  store: openSqlite(':memory:'),
  writer,
  now: () => 0,
  openedAt: 0,
  chance: () => 0.5,
  walk: {
    enter: () => {},
    covers: () => true,
    isDone: () => true,
    ahead: async () => ({ items: [], next: null }),
    moveTo: async () => {},
    restart: async () => {},
  },
  basis: () => {
    throw new Error('no basis in this test')
  },
  committed: () => {},
  log: { info: () => {}, warn: () => {}, error: () => {} },
})

describe('intake', () => {
  it('asks senders to stay away while too much waits, and says for how long', () => {
    const intake = createIntake(
      coreWith({ run: () => new Promise(() => {}), waiting: () => 0, idle: () => Promise.resolve() }),
    )
    expect(intake.behindS()).toBe(0)
    void intake.take(Array.from({ length: 19_999 }, () => message))
    expect(intake.behindS()).toBe(0)
    void intake.take([message])
    expect(intake.behindS()).toBeGreaterThanOrEqual(1)
  })

  it('answers failed, and does not hang, where the store cannot take a message', async () => {
    const intake = createIntake(coreWith(createWriter()))
    expect(await intake.take([message, message])).toEqual(['failed', 'failed'])
  })
})

describe('writer', () => {
  it('runs one job at a time, the front lane first', async () => {
    const writer = createWriter()
    const order: string[] = []
    let running = 0
    const job = (name: string) => async () => {
      expect(++running).toBe(1)
      await Promise.resolve()
      order.push(name)
      running--
    }
    await Promise.all([
      writer.run('back', job('first')),
      writer.run('back', job('back')),
      writer.run('settle', job('settle')),
      writer.run('front', job('front')),
    ])
    expect(order).toEqual(['first', 'front', 'settle', 'back'])
    await writer.idle()
    expect(writer.waiting()).toBe(0)
  })

  it('lets nobody wait for ever: what was passed over often enough goes first', async () => {
    const writer = createWriter()
    const order: string[] = []
    const job = (name: string) => async () => {
      order.push(name)
    }
    const fronts = Array.from({ length: 30 }, () => writer.run('front', job('front')))
    await Promise.all([...fronts, writer.run('back', job('back')), writer.run('settle', job('settle'))])
    expect(order.slice(0, 20)).toContain('settle')
    expect(order.slice(0, 20)).toContain('back')
    expect(order.indexOf('settle')).toBeLessThan(order.indexOf('back'))
  })

  it('a job that throws rejects its own caller only', async () => {
    const writer = createWriter()
    const bad = writer.run('front', () => Promise.reject(new Error('bad')))
    const good = writer.run('front', () => Promise.resolve('good'))
    await expect(bad).rejects.toThrow('bad')
    expect(await good).toBe('good')
  })
})
