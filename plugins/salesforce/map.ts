import { createHash } from 'node:crypto'
import type { Holding, Wanted } from '../../core/contract/change.ts'
import type { ContactRecord } from '../../core/contract/record.ts'
import type { FieldValue } from '../../core/contract/value.ts'
import { type Campaigns, campaignNamed, type Member } from './campaign.ts'
import { type Held, valueIn } from './contact.ts'

/** Ticked for who wants no e-mail. Nobody's is ticked at first, so that an empty box says nothing. */
export const optOut = 'HasOptedOutOfEmail'
export const changed = 'SystemModstamp'

const fieldsOf = (record: Held, names: readonly string[]): Readonly<Record<string, FieldValue>> =>
  Object.fromEntries(names.map((name) => [name, valueIn(record, name)]))

export const holdingOf = (record: Held, wanted: Wanted, campaigns: Campaigns, members: readonly Member[]): Holding => {
  const isIn = (campaign: string | null) =>
    members.some((member) => member.person === record.Id && member.campaign === campaign)
  return {
    remoteId: record.Id,
    fields: fieldsOf(record, wanted.fields),
    memberships: wanted.memberships.filter(({ name }) => isIn(campaignNamed(campaigns, name))),
  }
}

const textIn = (record: Held, name: string): string => {
  const value = valueIn(record, name)
  return typeof value === 'string' ? value : ''
}
/** Times of change tell seconds only: two revisions in one second differ by what they hold. */
const revisionOf = (record: Held, names: readonly string[]) => {
  const values = names.map((name) => record[name] ?? null)
  return createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, 12)
}
export const recordOf = (
  record: Held,
  names: readonly string[],
  keys: Readonly<Record<string, string>>,
): ContactRecord => {
  const at = textIn(record, changed)
  const identifiers = Object.entries(keys).map(([field, type]) => ({ type, value: textIn(record, field) }))
  return {
    kind: 'contact',
    id: `contact:${record.Id}:${at}:${revisionOf(record, [...Object.keys(keys), optOut, ...names])}`,
    at,
    identifiers: identifiers.filter(({ value }) => value !== ''),
    remoteId: record.Id,
    fields: fieldsOf(record, names),
    consent: record[optOut] === true ? false : undefined,
  }
}
