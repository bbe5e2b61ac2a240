import type { Contact, Holding, Wanted } from '../../core/contract/change.ts'
import { holdings } from './message.ts'
import { send } from './send.ts'
import type { Wire } from './settings.ts'

/** A contact as messages name it. */
export const named = ({ id, key, remoteId }: Contact) => ({
  ref: id,
  key: { type: key.type, value: key.value },
  ...(remoteId === undefined ? {} : { remoteId }),
})

/** By the contact's id; whom the receiver says nothing about has no entry. Nobody has one where nobody can be asked for. */
export const read = async (
  ctx: Wire,
  contacts: readonly Contact[],
  { fields, memberships }: Wanted,
): Promise<ReadonlyMap<string, Holding | null>> => {
  if (ctx.settings.readUrl === undefined || contacts.length === 0) return new Map()
  const asked = { contacts: contacts.map(named), fields: [...fields], memberships: [...memberships] }
  const answer = await send(ctx, 'contacts.read', asked, holdings)
  return new Map(
    answer.contacts.map((one): [string, Holding | null] => {
      if (!one.found) return [one.ref, null]
      const values = fields.map((name) => [name, one.fields[name] ?? null] as const)
      const isIn = ({ kind, name }: Wanted['memberships'][number]) =>
        one.memberships.some((held) => held.kind === kind && held.name === name)
      const held = { fields: Object.fromEntries(values), memberships: memberships.filter(isIn) }
      return [one.ref, { remoteId: one.remoteId, ...held }]
    }),
  )
}
