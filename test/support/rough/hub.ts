import { expect } from 'vitest'
import type { SandboxContact } from '../../../core/contract/sandbox.ts'
import { type Box, hubInABox, testProfile } from '../hub.ts'
import { identify, order } from '../shop.ts'
import { openUnpaced } from '../unpaced.ts'
import { connectorTo, type Dialect } from './dialect.ts'
import { openRoughTool, type RoughTool } from './rough-tool.ts'

const hour = 3_600_000
const noon = Date.parse('2026-11-21T12:00:00Z')
const content = (headline: string) => ({ default: { 'en-GB': { headline } } })
const registryFor = ({ channel }: Dialect) => ({
  segments: [{ key: 'buyers', when: { event: 'Order Completed' } }],
  slots: [{ key: 'lead' }],
  placements: [
    {
      key: 'hero',
      channel,
      connector: 'tool',
      slot: 'lead',
      fields: { headline: { type: 'text', max: 80, required: true } },
      fallback: { 'en-GB': { headline: 'New in' } },
    },
  ],
  offers: [{ key: 'care', content: content('Care') }],
  rules: [{ key: 'care', slot: 'lead', when: { segment: 'buyers' }, offer: 'care' }],
})
const emailOf = (n: number) => `p${n}@x.test`
const holds = (contact: SandboxContact | undefined, name: string) =>
  name.includes('/') ? (contact?.memberships.includes(name) ?? false) : (contact?.fields[name] ?? null)

/** A hub in this process with one rough tool of a plugin, both on one clock that only a test moves. */
export const openRoughHub = async (dialect: Dialect, more: Readonly<Record<string, unknown>> = {}) => {
  const clock = { now: noon }
  const tool: RoughTool = await openRoughTool({ use: dialect.use, stateFile: null, now: () => clock.now })
  const settings = tool.sandbox.settings(tool.url)
  const limits = { batch: 4, timeoutMs: 300 }
  const box: Box = await hubInABox({
    clock,
    openTool: openUnpaced,
    hub: { loopback: true },
    profile: testProfile,
    registry: registryFor(dialect),
    connectors: { tool: { ...connectorTo(dialect, 'hero'), settings, limits, ...more } },
  })
  await box.flow.operations.setup('tool', { name: 'admin' })
  const views = async () => {
    const { items } = await box.flow.operations.listProfiles({ limit: 100, cursor: null })
    const channels = await Promise.all(items.map(({ id }) => box.flow.operations.channels(id)))
    return channels.flatMap((all) => all ?? [])
  }
  return {
    box,
    tool,
    emailOf,
    /** So many customers buy something. */
    buyers: async (count: number) => {
      for (let n = 0; n < count; n++)
        await box.say(
          identify(`u${n}`, { email: emailOf(n), plan: 'pro' }),
          order(`u${n}`, `${dialect.use}-${n}`, 1, '2026-11-20T10:00:00Z'),
        )
      await box.flow.settle()
    },
    /** Hours pass, one by one. */
    passes: async (hours: number) => {
      for (let n = 0; n < hours; n++) {
        clock.now += hour
        await box.flow.settle()
      }
    },
    /** The tool holds what the hub says that it should, contact by contact. */
    rests: async (count: number) => {
      const contacts = new Map(tool.sandbox.contacts().map((contact) => [contact.email, contact]))
      const all = await views()
      expect(all).toHaveLength(count)
      for (const { contact, desired, pending, error } of all) {
        expect([pending, error], contact.value).toEqual([false, null])
        const held = Object.keys(desired ?? {}).map((name) => [name, holds(contacts.get(contact.value), name)])
        expect(Object.fromEntries(held), contact.value).toEqual(desired)
        expect(held.length).toBeGreaterThan(3)
      }
    },
    close: async () => {
      await box.close()
      await tool.close()
    },
  }
}
export type RoughHub = Awaited<ReturnType<typeof openRoughHub>>
