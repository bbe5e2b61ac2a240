import { withoutAddresses } from '../../core/contract/address.ts'
import type { Change, Holding, Outcome } from '../../core/contract/change.ts'
import type { FieldValue } from '../../core/contract/value.ts'
import type { Settings } from './settings.ts'
import { idOf, type Taken, type User } from './user.ts'

type Types = Settings['tagTypes']

/** Names that OneSignal keeps for what a message is made of: https://documentation.onesignal.com/docs/add-user-data-tags */
const reserved: readonly string[] = [
  'message',
  'notification',
  'subscription',
  'user',
  'template',
  'app',
  'org',
  'dynamic_content',
  'data_feed',
  'journey',
  'custom_data',
]

/** Tags are text; an empty one removes its tag. */
export const tagsOf = ({ fields }: Change): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value ?? '')]))

const typeOf = (value: FieldValue) => (value === null || value === '' ? null : typeof value)
/** Why a change cannot be sent. Whatever came back as another type than it was sent would be sent again for ever. */
export const obstacle = ({ fields }: Change, types: Types): Outcome | null => {
  for (const [field, value] of Object.entries(fields)) {
    if (reserved.includes(field))
      return { status: 'rejected', field, reason: `OneSignal keeps the name ${field} for itself: map to another tag` }
    const [given, expected] = [typeOf(value), types[field] ?? 'string']
    if (given !== null && given !== expected)
      return { status: 'rejected', field, reason: `the tag ${field} holds ${expected}, not ${given}: see tagTypes` }
  }
  return null
}

const readers: Readonly<Record<string, (text: string) => FieldValue>> = {
  number: (text) => (Number.isFinite(Number(text)) ? Number(text) : text),
  boolean: (text) => (text === 'true' || text === 'false' ? text === 'true' : text),
}
/** What a user holds in a tag. */
const held = ({ properties }: User, name: string, types: Types): FieldValue => {
  const value = properties?.tags?.[name]
  if (value === undefined || value === null || value === '') return null
  return readers[types[name] ?? '']?.(String(value)) ?? String(value)
}
export const holdingOf = (found: User, fields: readonly string[], types: Types): Holding => ({
  remoteId: idOf(found),
  fields: Object.fromEntries(fields.map((name) => [name, held(found, name, types)])),
  memberships: [],
})

export const refusalOf = ({ said }: Taken): Outcome => {
  const words = withoutAddresses(JSON.stringify(said ?? 'without a reason'))
  return { status: 'rejected', reason: `OneSignal refused the user: ${words}` }
}

const lagMs = 10_000
/** What counts is what OneSignal shows; what it does not show yet may be on its way. */
export const shownOutcome = (change: Change, after: User | null, types: Types): Outcome => {
  if (!after)
    return { status: 'retry', reason: 'OneSignal has taken the user on and does not show it yet', afterMs: lagMs }
  const differs = ([name, value]: readonly [string, FieldValue]) =>
    held(after, name, types) !== (value === '' ? null : value)
  const [late] = Object.entries(change.fields).find(differs) ?? []
  if (late === undefined) return { status: 'applied', remoteId: idOf(after) }
  return { status: 'retry', reason: `OneSignal has taken the tag ${late} on and does not show it yet`, afterMs: lagMs }
}
