import type { SandboxContact } from '../../../core/contract/sandbox.ts'
import type { FieldValue } from '../../../core/contract/value.ts'
import type { Buyer } from './lines.ts'
import { maps, neutral, offers, type Tool, urlOf } from './shop.ts'

type State = Readonly<Record<string, FieldValue>>

/** By the sources of the maps; of placements by the part alone, for all show the one slot. */
const statementsOf = (buyer: Buyer, decisionId: string | null): State => ({
  orders: buyer.orders,
  lastOrderAt: buyer.lastAt,
  'segment.big-spenders': buyer.big === 1,
  'segment.lapsed-60': buyer.lapsed === 1,
  'segment.heart-buyers': buyer.heart === 1,
  'segment.regulars': buyer.regular === 1,
  headline: (offers[buyer.offer ?? '']?.headline ?? neutral).replace('{{ orders }}', String(buyer.orders)),
  url: urlOf(buyer.offer),
  offer: buyer.offer,
  decisionId,
})

/** What a tool should hold for a buyer, worked out from SQL alone but for the id of the decision; memberships as `kind/name`. */
export const desiredOf = (tool: Tool, buyer: Buyer, decisionId: string | null): State => {
  const statements = statementsOf(buyer, decisionId)
  const entries = Object.entries(maps[tool]).map(([source, target]) => {
    const name = typeof target === 'string' ? target : Object.entries(target).flat().join('/')
    return [name, statements[source.replace(/^placement\.[^.]+\./, '')] ?? null] as const
  })
  return Object.fromEntries(entries)
}

/** A contact once the tool has taken a state in: what is emptied or left shows nowhere. */
export const withState = (
  { fields, memberships, ...person }: SandboxContact,
  state: Readonly<Record<string, unknown>>,
) => {
  const isMembership = (name: string) => name.includes('/')
  const wanted = Object.entries(state)
  const joined = wanted.filter(([name, value]) => isMembership(name) && value === true).map(([name]) => name)
  const filled = Object.entries({ ...fields, ...Object.fromEntries(wanted) }).filter(
    ([name, value]) => !isMembership(name) && value !== null,
  )
  return {
    ...person,
    fields: Object.fromEntries(filled),
    memberships: [...memberships.filter((name) => !(name in state)), ...joined].sort(),
  }
}

/** A contact as the hub creates one: whom it adds to a newsletter is subscribed to it. */
export const newIn = (tool: Tool, email: string): SandboxContact => ({
  email,
  fields: {},
  memberships: [],
  ...(tool === 'mail' ? { consent: true } : {}),
})
