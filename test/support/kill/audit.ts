import { expect } from 'vitest'
import { z } from 'zod'
import type { hubAt } from '../hub-at.ts'
import { dialects } from '../rough/dialect.ts'
import type { ToolProcess } from '../rough/tool-process.ts'
import type { ToolContact } from '../tool.ts'
import * as wire from '../wire.ts'
import type { Books } from './books.ts'
import { caps } from './shop.ts'

type Hub = ReturnType<typeof hubAt>
const channel = z.object({
  connector: z.string(),
  contact: z.object({ type: z.string(), value: z.string() }),
  desired: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).nullable(),
  pending: z.boolean(),
  error: z.string().nullable(),
})
const exported = z.object({
  profile: wire.profile,
  timeline: z.array(
    z.object({
      messageId: z.string(),
      source: z.string(),
      event: z.string().nullable(),
      properties: z.record(z.string(), z.unknown()),
    }),
  ),
  decisions: z.array(z.object({ id: z.string(), offer: z.string() })),
  channels: z.array(channel),
})
export type Exported = z.output<typeof exported>
const order = z.object({ order_id: z.string(), revenue: z.number() })

/** Everything that the hub tells of everybody. */
export const everybody = async (hub: Hub): Promise<readonly Exported[]> => {
  const { profiles, next } = await hub.read('/v1/profiles?limit=1000', wire.profiles)
  expect(next).toBe(null)
  const all: Exported[] = []
  for (const { id } of profiles) all.push(await hub.read(`/v1/profiles/${id}/export`, exported))
  return all
}

const ordersIn = ({ timeline }: Exported) =>
  new Map(
    timeline
      .filter(({ event }) => event === 'Order Completed')
      .map(({ properties }) => order.parse(properties))
      .map(({ order_id, revenue }) => [order_id, Math.round(revenue * 100)]),
  )
/** What these say is no client's. */
const tools: readonly string[] = dialects.map(({ use }) => use)
const total = (cents: Iterable<number>): number => [...cents].reduce((sum, each) => sum + each, 0)
const tally = (items: readonly string[]): ReadonlyMap<string, number> =>
  items.reduce((counts, item) => counts.set(item, (counts.get(item) ?? 0) + 1), new Map<string, number>())

/** Nothing acknowledged is lost, nothing is there twice, and sums are those of the orders. */
export const auditMessages = (all: readonly Exported[], books: Books): void => {
  const said = all.flatMap(({ timeline }) => timeline.filter(({ source }) => !tools.includes(source)))
  const ids = said.map(({ messageId }) => messageId)
  const there = new Set(ids)
  expect(
    [...books.acknowledged.keys()].filter((id) => !there.has(id)),
    'acknowledged and lost',
  ).toEqual([])
  expect(
    [...tally(ids)].filter(([, count]) => count > 1),
    'stored twice',
  ).toEqual([])
  const unknown = ids.filter((id) => !books.acknowledged.has(id) && !books.doubtful.has(id))
  expect(unknown, 'never sent').toEqual([])
  for (const one of all) {
    const orders = ordersIn(one)
    const { orders: count = 0, revenue = 0 } = one.profile.computed
    expect([count, revenue], one.profile.id).toEqual([orders.size, total(orders.values()) / 100])
  }
  const owed = books.orders(there)
  expect(total(all.flatMap((one) => [...ordersIn(one).values()])), 'revenue of all, in cents').toBe(
    total(owed.values()),
  )
}

/** No cap is exceeded, by decisions that ended too. Answers how many there are of the scarce offer. */
export const auditCaps = (all: readonly Exported[]): number => {
  const decisions = new Map(all.flatMap((one) => one.decisions.map((decision) => [decision.id, decision.offer])))
  const scarce = [...decisions.values()].filter((offer) => offer === 'scarce').length
  expect(scarce, 'decisions for the scarce offer').toBeLessThanOrEqual(caps.scarce)
  for (const { profile, decisions: own } of all) {
    const rare = new Set(own.filter(({ offer }) => offer === 'rare').map(({ id }) => id))
    expect(rare.size, `decisions of ${profile.id} for the rare offer`).toBeLessThanOrEqual(caps.rare)
  }
  return scarce
}

const isHeld = (contact: ToolContact | undefined, name: string) =>
  name.includes('/') ? (contact?.memberships.includes(name) ?? false) : (contact?.fields[name] ?? null)

/** Every tool holds exactly what the hub says that it should; nobody is there of whom the hub knows nothing. */
export const auditTools = async (
  all: readonly Exported[],
  opened: ReadonlyMap<string, ToolProcess>,
): Promise<number> => {
  let looked = 0
  for (const [use, tool] of opened) {
    const contacts = new Map((await tool.contacts()).map((contact) => [contact.email, contact]))
    const wanted = all.flatMap((one) => one.channels.filter(({ connector }) => connector === use))
    for (const { contact, desired, pending, error } of wanted) {
      expect([pending, error], `${use} ${contact.value}`).toEqual([false, null])
      const holds = Object.keys(desired ?? {}).map((name) => [name, isHeld(contacts.get(contact.value), name)])
      expect(Object.fromEntries(holds), `${use} ${contact.value}`).toEqual(desired)
      looked += holds.length
    }
    const known = new Set(wanted.map(({ contact }) => contact.value))
    expect(
      [...contacts.keys()].filter((email) => !known.has(email)),
      `strangers in ${use}`,
    ).toEqual([])
  }
  return looked
}
