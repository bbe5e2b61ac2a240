import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { SandboxContact } from '../../core/contract/sandbox.ts'
import type { FieldValue } from '../../core/contract/value.ts'
import { decoded } from './field.ts'
import { optOut } from './map.ts'

const field = z.object({
  name: z.string(),
  label: z.string(),
  type: z.string(),
  length: z.number(),
  custom: z.boolean(),
  updateable: z.boolean(),
  nillable: z.boolean(),
  /** No permission set shows it to the integration user. */
  hidden: z.boolean(),
})
export type OrgField = z.output<typeof field>
const row = z.looseObject({ Id: z.string() })
export type Row = z.output<typeof row>
export const org = z.object({
  /** The fields of each object. */
  fields: z.record(z.string(), z.array(field)),
  /** The records of each object. */
  rows: z.record(z.string(), z.array(row)),
  /** What was deleted, as it was then. */
  bin: z.array(row),
})
export type Org = z.output<typeof org>

/** A validation rule of the org wants nobody with this address. */
export const refusedAddress = 'blocked@example.test'
/** Of the record that has that name: nothing stays behind of what is deleted, not even a counter. */
export const idOf = (prefix: string, name: string): string => {
  const digest = createHash('sha256').update(`${prefix} ${name.toLowerCase()}`).digest('hex')
  return `${prefix}${digest.slice(0, 15)}`
}
const prefixes: Readonly<Record<string, string>> = {
  Contact: '003',
  Lead: '00Q',
  Campaign: '701',
  CampaignMember: '00v',
}
/** An org takes any number of records with one name; each has an id of its own. */
export const freshId = ({ rows }: Org, object: string, name: string): string => {
  const taken = new Set(rows[object]?.map(({ Id }) => Id))
  const idAt = (index: number) => idOf(prefixes[object] ?? '0PS', `${name}#${index}`)
  let index = 0
  while (taken.has(idAt(index))) index += 1
  return idAt(index)
}

/** Times of change tell whole seconds. */
export const timeAt = (at: number): string => new Date(Math.floor(at / 1000) * 1000).toISOString().replace('Z', '+0000')

const standard = (name: string, type: string, more: Partial<OrgField> = {}): OrgField => ({
  ...{ name, label: name, type, length: 80, custom: false, updateable: true, nillable: true, hidden: false },
  ...more,
})
const fixed = { updateable: false, nillable: false }
const personFields = [
  standard('Id', 'id', fixed),
  standard('FirstName', 'string', { length: 40 }),
  standard('LastName', 'string', { nillable: false }),
  standard('Email', 'email'),
  standard('Phone', 'phone', { length: 40 }),
  standard(optOut, 'boolean', { nillable: false }),
  standard('OwnerId', 'reference', { nillable: false }),
  standard('CreatedDate', 'datetime', fixed),
  standard('SystemModstamp', 'datetime', fixed),
]
const named = (...names: readonly string[]) => names.map((name) => standard(name, 'string'))
export const newOrg = (account: string | undefined): Org => ({
  fields: {
    Contact: personFields,
    Lead: [
      ...personFields,
      standard('Company', 'string', { nillable: false }),
      standard('IsConverted', 'boolean', fixed),
    ],
    Campaign: named('Id', 'Name', 'IsActive', 'Type', 'Description', 'LastModifiedDate'),
    CampaignMember: named('Id', 'CampaignId', 'ContactId', 'LeadId'),
    Organization: named('Id', 'Name'),
    PermissionSet: named('Id', 'Name'),
    FieldPermissions: named('Id', 'ParentId', 'Field'),
  },
  rows: { Organization: [{ Id: idOf('00D', account ?? 'one'), Name: `Sandbox ${account ?? 'org'}` }] },
  bin: [],
})

const typeFor = (value: FieldValue): Pick<OrgField, 'type' | 'length'> => {
  if (typeof value === 'number') return { type: 'double', length: 0 }
  if (typeof value === 'boolean') return { type: 'boolean', length: 0 }
  return { type: /^\d{4}-\d\d-\d\dT/.test(value ?? '') ? 'datetime' : 'string', length: 255 }
}
/** Records of an object, which grow. */
export const rowsOf = ({ rows }: Org, object: string): Row[] => {
  rows[object] ??= []
  return rows[object]
}
export const campaignNamed = (held: Org, name: string, at: number): Row => {
  const found = rowsOf(held, 'Campaign').find(({ Name }) => Name === name)
  if (found) return found
  const created = { Id: freshId(held, 'Campaign', name), Name: name, IsActive: true, LastModifiedDate: timeAt(at) }
  rowsOf(held, 'Campaign').push(created)
  return created
}

/** A contact as somebody made it in Salesforce, with whatever fields and campaigns that took. */
export const seed = (held: Org, contact: SandboxContact, at: number): void => {
  const { email, firstName = null, lastName = '-', fields, memberships, consent = true } = contact
  const known = held.fields.Contact ?? []
  const missing = Object.entries(fields).filter(([name]) => !known.some((own) => own.name === name))
  const added = missing.map(([name, value]) => standard(name, 'string', { ...typeFor(value), custom: true }))
  held.fields.Contact = [...known, ...added]
  const contacts = rowsOf(held, 'Contact')
  const before = contacts.find(({ Email }) => String(Email).toLowerCase() === email.toLowerCase())
  const names = { FirstName: firstName, LastName: lastName, Email: email, [optOut]: !consent }
  const Id = before?.Id ?? freshId(held, 'Contact', email)
  const created = { Id, CreatedDate: timeAt(at), ...before }
  const after = { ...created, ...names, ...fields, SystemModstamp: timeAt(at) }
  held.rows.Contact = [...contacts.filter((other) => other.Id !== Id), after]
  const members = rowsOf(held, 'CampaignMember').filter(({ ContactId }) => ContactId !== Id)
  const joined = memberships.map((membership) => {
    const campaign = campaignNamed(held, membership.replace(/^campaign\//, ''), at)
    return { Id: idOf('00v', `${campaign.Id} ${Id}`), CampaignId: campaign.Id, ContactId: Id }
  })
  held.rows.CampaignMember = [...members, ...joined]
}

const technical = [
  'Id',
  'Email',
  'FirstName',
  'LastName',
  'Company',
  'OwnerId',
  'CreatedDate',
  'SystemModstamp',
  optOut,
]
/** What somebody sees of a contact or lead. */
export const seen = (held: Org, object: string, found: Row): SandboxContact => {
  const shown = (held.fields[object] ?? []).filter(({ name }) => !technical.includes(name))
  const values = shown.map(({ name }) => [name, decoded(found[name])] as const)
  const campaignOf = (member: Row) => rowsOf(held, 'Campaign').find(({ Id }) => Id === member.CampaignId)?.Name
  const [firstName, lastName] = [decoded(found.FirstName), decoded(found.LastName)]
  return {
    email: String(found.Email ?? ''),
    ...(firstName === null ? {} : { firstName: String(firstName) }),
    ...(lastName === null ? {} : { lastName: String(lastName) }),
    fields: Object.fromEntries(values.filter(([, value]) => value !== null)),
    memberships: rowsOf(held, 'CampaignMember')
      .filter(({ ContactId, LeadId }) => ContactId === found.Id || LeadId === found.Id)
      .map((member) => `campaign/${campaignOf(member)}`)
      .sort(),
    consent: found[optOut] !== true,
  }
}
