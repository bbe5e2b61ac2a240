import { createHash } from 'node:crypto'
import { z } from 'zod'

const value = z.union([z.string(), z.number()])
const stored = z.object({
  email: z.string(),
  status: z.string(),
  merges: z.record(z.string(), value),
  tags: z.array(z.number()),
  last_changed: z.string(),
})
export type Stored = z.output<typeof stored>
const mergeField = z.object({
  merge_id: z.number(),
  tag: z.string(),
  name: z.string(),
  type: z.string(),
  choices: z.array(z.string()),
})
export type MergeField = z.output<typeof mergeField>
const tag = z.object({ id: z.number(), name: z.string() })
const audience = z.object({
  /** The id of the account that the audience belongs to. */
  account: z.string().default('sandbox-account'),
  nextId: z.number(),
  fields: z.array(mergeField),
  tags: z.array(tag),
  members: z.array(stored),
  /** MD5 of addresses that were deleted for good. */
  forgotten: z.array(z.string()),
})
type Audience = z.output<typeof audience>

/** Why a member is not taken, in Mailchimp's words; with a field where one of its values does not fit. */
export interface Refusal {
  readonly error: string
  readonly field: string
  readonly field_message: string
}
export interface Member {
  readonly email_address: string
  readonly status?: string | undefined
  readonly status_if_new?: string | undefined
  readonly merge_fields: Readonly<Record<string, unknown>>
}

const longestText = 255
const hashOf = (email: string) => createHash('md5').update(email.toLowerCase()).digest('hex')
const isAddress = (email: string) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) && !email.endsWith('.invalid')

const checks: Readonly<Record<string, (text: string, field: MergeField) => string | null>> = {
  number: (text) => (Number.isNaN(Number(text)) ? 'Please enter a number' : null),
  radio: (text, { choices }) => (choices.includes(text) ? null : `Value must be one of these: ${choices.join(', ')}`),
}
const lengthProblem = (text: string) =>
  Buffer.byteLength(text) > longestText ? `Please limit your response to ${longestText} characters` : null

const fresh = (account: string): Audience => ({
  account,
  nextId: 2,
  fields: [
    { merge_id: 1, tag: 'FNAME', name: 'First Name', type: 'text', choices: [] },
    { merge_id: 2, tag: 'LNAME', name: 'Last Name', type: 'text', choices: [] },
  ],
  tags: [],
  members: [],
  forgotten: [],
})

/** One audience in memory, with the rules that Mailchimp holds its members to. */
export const createAudience = (now: () => number, account = 'sandbox-account') => {
  let kept = fresh(account)
  let byHash = new Map<string, Stored>()

  const findByHash = (hash: string) => byHash.get(hash)
  const find = (email: string) => byHash.get(hashOf(email))
  const nextId = () => {
    kept.nextId += 1
    return kept.nextId
  }
  const stamp = () => new Date(now()).toISOString().replace(/\.\d+Z$/, '+00:00')

  const misfit = (merges: Member['merge_fields']): Refusal | null => {
    for (const field of kept.fields) {
      const text = String(merges[field.tag] ?? '')
      const message = text === '' ? null : (checks[field.type]?.(text, field) ?? lengthProblem(text))
      if (message !== null)
        return { error: 'Your merge fields were invalid.', field: field.tag, field_message: message }
    }
    return null
  }
  /** Merge tags that the audience does not have are dropped without a word. */
  const known = (merges: Member['merge_fields']) =>
    kept.fields.flatMap(({ tag: name, type }) => {
      const given = merges[name]
      if (given === undefined) return []
      const text = String(given ?? '')
      return [[name, type === 'number' && text !== '' ? Number(text) : text] as const]
    })

  const alter = (member: Stored, next: Partial<Stored>) => {
    const isSame = JSON.stringify({ ...member, ...next }) === JSON.stringify(member)
    if (!isSame) Object.assign(member, next, { last_changed: stamp() })
    return member
  }
  const add = (email: string) => {
    const member: Stored = { email, status: '', merges: {}, tags: [], last_changed: stamp() }
    kept.members.push(member)
    byHash.set(hashOf(email), member)
    return member
  }
  const refusal = ({ email_address: email, status, status_if_new }: Member): string | null => {
    if (!isAddress(email)) return `${email} looks fake or invalid, please enter a real email address.`
    if (find(email)) return null
    if (kept.forgotten.includes(hashOf(email)))
      return `${email} was permanently deleted and cannot be re-imported. The contact must re-subscribe to get back on the list.`
    return (status ?? status_if_new) ? null : 'The contact status is required.'
  }
  const put = (given: Member): { readonly member: Stored; readonly isNew: boolean } | Refusal => {
    const error = refusal(given)
    if (error !== null) return { error, field: '', field_message: '' }
    const problem = misfit(given.merge_fields)
    if (problem) return problem
    const before = find(given.email_address)
    const member = before ?? add(given.email_address)
    const status = given.status ?? before?.status ?? given.status_if_new ?? ''
    const merges = { ...member.merges, ...Object.fromEntries(known(given.merge_fields)) }
    return { member: alter(member, { merges, status }), isNew: !before }
  }

  const setTag = (member: Stored, id: number, isOn: boolean) => {
    const others = member.tags.filter((other) => other !== id)
    alter(member, { tags: isOn ? [...others, id].sort((a, b) => a - b) : others })
  }
  const tagNamed = (name: string) => {
    const found = kept.tags.find((candidate) => candidate.name === name)
    if (found) return found
    const made = { id: nextId(), name }
    kept.tags.push(made)
    return made
  }
  const addField = (field: Omit<MergeField, 'merge_id'>) => {
    const made = { merge_id: nextId(), ...field }
    kept.fields.push(made)
    return made
  }
  const forget = (member: Stored) => {
    kept.members = kept.members.filter((other) => other !== member)
    byHash.delete(hashOf(member.email))
    kept.forgotten.push(hashOf(member.email))
  }

  return {
    hashOf,
    find,
    findByHash,
    put,
    setTag,
    tagNamed,
    addField,
    forget,
    /** Somebody signed up again, or was put in place by hand. */
    remember: (email: string) => {
      kept.forgotten = kept.forgotten.filter((hash) => hash !== hashOf(email))
    },
    account: () => kept.account,
    fields: (): readonly MergeField[] => kept.fields,
    tags: (): readonly z.output<typeof tag>[] => kept.tags,
    members: (): readonly Stored[] => kept.members,
    state: () => structuredClone(kept),
    restore: (state: unknown) => {
      kept = audience.parse(state)
      byHash = new Map(kept.members.map((member) => [hashOf(member.email), member]))
    },
  }
}
export type AudienceInMemory = ReturnType<typeof createAudience>
