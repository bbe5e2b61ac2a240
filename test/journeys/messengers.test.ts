import { afterEach, describe, expect, it } from 'vitest'
import type { SandboxContact } from '../../core/contract/sandbox.ts'
import type { openTool } from '../../core/flow/tools.ts'
import { loadSandbox } from '../../core/host/catalogue.ts'
import { openSandbox } from '../../core/host/sandbox-server.ts'
import { type Box, hubInABox } from '../support/hub.ts'
import { identify, order, shopRegistry, withdrawal } from '../support/shop.ts'
import { openUnpaced } from '../support/unpaced.ts'

let close: () => Promise<void> = async () => {}
afterEach(() => close())

/** A plugin, how its fields are spelled, and a list where it has any. */
interface Dialect {
  readonly use: string
  readonly field: (word: string) => string
  readonly list: string | null
}
const lower = (word: string) => `ls_${word}`
const dialects: readonly Dialect[] = [
  { use: 'klaviyo', field: lower, list: 'list' },
  { use: 'brevo', field: (word) => `LS_${word.toUpperCase()}`, list: 'list' },
  { use: 'onesignal', field: lower, list: null },
  { use: 'twilio', field: lower, list: null },
]

/** A hub with one real plugin, live, at its tool in small. */
const open = async ({ use, field, list }: Dialect) => {
  const clock = { now: Date.parse('2026-11-21T12:00:00Z') }
  const factory = await loadSandbox(use)
  if (!factory) throw new Error(`${use} has no sandbox`)
  const sandbox = await openSandbox({ factory, stateFile: null, now: () => clock.now })
  const opening: typeof openTool = (key, settings, stored, around) =>
    openUnpaced(key, settings, stored, { ...around, sandbox })
  const map = {
    ...(list === null ? {} : { 'segment.buyers': { [list]: 'Buyers' } }),
    'placement.mail-hero.headline': field('head'),
    'placement.mail-hero.offer': field('offer'),
    'placement.mail-hero.decisionId': field('decision'),
  }
  const mail = {
    use,
    channel: 'mail',
    phase: 'live',
    sandbox: true,
    contact: { key: 'email', create: 'inScope' },
    consent: { purpose: 'marketing', onWithdraw: 'clear' },
    map,
  }
  const box: Box = await hubInABox({ clock, registry: shopRegistry, connectors: { mail }, openTool: opening })
  close = async () => {
    await box.close()
    await sandbox.close()
  }
  await box.flow.operations.setup('mail', { name: 'admin' })
  const later = async (minutes: number) => {
    for (let n = 0; n < minutes; n++) {
      clock.now += 60_000
      await box.flow.settle()
    }
  }
  const seen = (email: string): SandboxContact | undefined =>
    sandbox.sandbox.contacts().find((contact) => contact.email === email)
  return { box, later, seen, sandbox: sandbox.sandbox }
}

const buy = (id: string, email = `${id}@x.test`) => [
  identify(id, { email }),
  order(id, `o-${id}`, 20, '2026-11-20T10:00:00Z'),
]

describe.each(dialects)('a hub with $use', (dialect) => {
  const { field, list } = dialect
  const lists = list === null ? [] : [`${list}/Buyers`]

  it('makes people there, tells them what was decided, and takes it back with their consent', async () => {
    const { box, later, seen } = await open(dialect)
    await box.say(...buy('ada'), ...buy('bob'))
    await later(5)
    for (const email of ['ada@x.test', 'bob@x.test'])
      expect(seen(email)).toMatchObject({
        fields: { [field('head')]: 'Care', [field('offer')]: 'care' },
        memberships: lists,
      })
    await box.say(withdrawal('ada', '2026-11-21T12:04:00Z'))
    await later(5)
    expect(seen('ada@x.test')?.fields).not.toHaveProperty(field('head'))
    expect(seen('bob@x.test')?.fields).toHaveProperty(field('head'), 'Care')
    expect(await box.flow.operations.connector('mail')).toMatchObject({ pending: 0, deadLetters: 0 })
  })
})

// OneSignal refuses no address, but ids that are none, and these do not come as far.
const choosy = dialects.filter(({ use }) => use !== 'onesignal')
describe.each(choosy)('a hub with $use', (dialect) => {
  it('names whom the tool refuses, and serves the others', async () => {
    const { box, later, seen, sandbox } = await open(dialect)
    await box.say(...buy('bad', sandbox.refused), ...buy('bob'))
    await later(5)
    expect(seen('bob@x.test')?.fields).toHaveProperty(dialect.field('head'), 'Care')
    const { items } = await box.flow.operations.deadLetters('mail', { limit: 10, cursor: null })
    expect(items.map(({ contact }) => contact)).toEqual([sandbox.refused])
  })
})
