import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Box, hubInABox } from '../support/hub.ts'
import { type PaperTool, paperTool } from '../support/paper.ts'
import { connectorOf, identify, shopRegistry, withdrawal } from '../support/shop.ts'

let folder: string
let box: Box
const clock = { now: 0 }
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leitstern-'))
  clock.now = Date.parse('2026-11-21T12:00:00Z')
})
afterEach(async () => {
  await box.close()
  rmSync(folder, { recursive: true })
})

const open = async (mail: PaperTool, map: Record<string, unknown>) => {
  const path = join(folder, 'hub.db')
  const connectors = { mail: connectorOf('mail', { map }) }
  box = await hubInABox({ clock, path, papers: { mail }, registry: shopRegistry, connectors })
}
const both = { firstName: 'NAME', plan: 'PLAN', 'segment.pro': { tag: 'Pro' } }
const fewer = { firstName: 'NAME' }

/** The hub as it was with the large map, closed. */
const before = async (): Promise<PaperTool> => {
  const mail = paperTool(() => clock.now)
  mail.put('ada@x.test', { PLAN: 'their own' })
  await open(mail, both)
  await box.say(identify('u1', { email: 'ada@x.test', firstName: 'Ada', plan: 'pro' }))
  await box.flow.settle()
  expect(mail.holds('ada@x.test')).toEqual({ NAME: 'Ada', PLAN: 'pro' })
  await box.close()
  return mail
}

describe('a line that says how its value is written', () => {
  it('writes what Liquid makes of the value, in the zone of the hub, and nothing where there is none', async () => {
    const mail = paperTool(() => clock.now)
    for (const email of ['ada@x.test', 'bob@x.test']) mail.put(email, {})
    await open(mail, {
      firstName: { field: 'NAME', as: '{{ value | upcase }}!' },
      'segment.pro': { field: 'PRO', as: '{% if value %}yes{% else %}no{% endif %}' },
      'subscription.endsAt': { field: 'ENDS', as: '{{ value | date: "%d.%m.%Y" }}' },
    })
    const endsAt = { subscription: { endsAt: '2026-12-31T23:30:00Z' } }
    await box.say(identify('u1', { email: 'ada@x.test', firstName: 'Ada', plan: 'pro', ...endsAt }))
    await box.say(identify('u2', { email: 'bob@x.test', plan: 'free' }))
    await box.flow.settle()
    expect(mail.holds('ada@x.test')).toEqual({ NAME: 'ADA!', PRO: 'yes', ENDS: '31.12.2026' })
    expect(mail.holds('bob@x.test')).toEqual({ PRO: 'no' })
  })

  it('writes nothing where what it makes of a value grows beyond all bounds', async () => {
    const mail = paperTool(() => clock.now)
    await open(mail, { firstName: { field: 'NAME', as: '{{ value | replace: "x", value | replace: "x", value }}' } })
    await box.say(identify('u1', { email: 'ada@x.test', firstName: 'x'.repeat(100) }))
    await box.flow.settle()
    expect(mail.holds('ada@x.test')?.NAME ?? null).toBeNull()
  })
})

describe('a line that is taken out of a map', () => {
  it('gives back what it had written', async () => {
    const mail = await before()
    await open(mail, fewer)
    await box.flow.settle()
    expect(mail.holds('ada@x.test')).toEqual({ NAME: 'Ada', PLAN: 'their own' })
    expect(mail.cards.get('ada@x.test')?.memberships).toEqual(new Set())
  })

  it('gives it back too where consent is withdrawn before it could', async () => {
    const mail = await before()
    mail.epoch = 'e1'
    await open({ ...mail, connector: { ...mail.connector, push: async () => [] } }, fewer)
    await box.say(withdrawal('u1', new Date(clock.now).toISOString()))
    await box.close()
    await open(mail, fewer)
    clock.now += 60_000
    await box.flow.settle()
    expect(mail.holds('ada@x.test')).toEqual({ PLAN: 'their own' })
  })

  it('leaves alone what somebody has changed since', async () => {
    const mail = await before()
    mail.put('ada@x.test', { PLAN: 'by hand' })
    await open(mail, fewer)
    await box.flow.settle()
    expect(mail.holds('ada@x.test')).toEqual({ NAME: 'Ada', PLAN: 'by hand' })
  })
})
