import { z } from 'zod'

const member = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string().nullable(),
  note: z.string().nullable(),
  labels: z.array(z.string()),
  newsletters: z.array(z.string()),
  status: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
})
export type Kept = z.output<typeof member>
const label = z.object({ id: z.string(), name: z.string(), slug: z.string() })
/** With whatever else its type has. */
const activity = z.looseObject({
  id: z.string(),
  type: z.string(),
  created_at: z.string(),
  member_id: z.string(),
  subscribed: z.boolean().optional(),
})
const hook = z.object({
  id: z.string(),
  event: z.string(),
  target_url: z.string(),
  name: z.string(),
  secret: z.string(),
})
const site = z.object({
  uuid: z.string(),
  created: z.number(),
  /** What the one who set this hub up has named in settings. */
  noteFields: z.array(z.string()),
  members: z.array(member),
  labels: z.array(label),
  activities: z.array(activity),
  webhooks: z.array(hook),
})
type State = z.output<typeof site>

/** The one newsletter that new members get. */
export const newsletter = { id: 'f'.repeat(24), name: 'Sandbox news', description: null, status: 'active' }

export interface Input {
  readonly email?: string | undefined
  readonly name?: string | undefined
  readonly note?: string | undefined
  readonly labels?: readonly { readonly name?: string | undefined }[] | undefined
  readonly newsletters?: readonly string[] | undefined
}
const isAddress = (email: string) => /^[^\s@]+@[^\s@]+\.[a-z]{2,}$/i.test(email)

/** Members and labels of one Ghost site, with the rules that Ghost holds them to. */
export const createSite = (now: () => number, uuid = 'sandbox-site') => {
  let held: State = { uuid, created: 0, noteFields: [], members: [], labels: [], activities: [], webhooks: [] }

  const nextId = () => {
    held.created += 1
    return held.created.toString(16).padStart(24, '0')
  }
  /** Whole seconds. */
  const stamp = () => `${new Date(now()).toISOString().slice(0, 19)}.000Z`
  const byId = (id: string) => held.members.find((one) => one.id === id)

  const labelNamed = (name: string) => {
    const wanted = name.trim()
    const found = held.labels.find((one) => one.name.toLowerCase() === wanted.toLowerCase())
    if (found) return found
    const made = { id: nextId(), name: wanted, slug: wanted.toLowerCase().replace(/\W+/g, '-') }
    held.labels.push(made)
    return made
  }
  const subscribe = (kept: Kept, newsletters: readonly string[]) => {
    if (newsletters.length === kept.newsletters.length) return
    kept.newsletters = [...newsletters]
    held.activities.push({
      id: nextId(),
      type: 'newsletter_event',
      created_at: stamp(),
      member_id: kept.id,
      subscribed: newsletters.length > 0,
    })
  }
  /** Labels that are not named are taken away; neither they nor newsletters move the time of change. */
  const alter = (kept: Kept, { name, note, labels, newsletters }: Input) => {
    const [newName, newNote] = [name ?? kept.name, note === undefined ? kept.note : note || null]
    if (newName !== kept.name || newNote !== kept.note) kept.updated_at = stamp()
    kept.name = newName
    kept.note = newNote
    if (labels) kept.labels = [...new Set(labels.map((one) => labelNamed(one.name ?? '').id))]
    if (newsletters) subscribe(kept, newsletters)
    return kept
  }
  const add = ({ email = '', newsletters = [newsletter.id], ...input }: Input): Kept | string => {
    if (!isAddress(email)) return 'Invalid Email'
    // Letters count: what SQLite takes for another address, it is.
    if (held.members.some((one) => one.email === email))
      return 'Member already exists. Attempting to add member with existing email address'
    const at = stamp()
    const empty = {
      name: null,
      note: null,
      labels: [],
      newsletters: [],
      status: 'free',
      created_at: at,
      updated_at: at,
    }
    const made: Kept = { id: nextId(), email, ...empty }
    held.members.push(made)
    return alter(made, { ...input, newsletters })
  }
  const remove = (id: string): boolean => {
    const isThere = byId(id) !== undefined
    held.members = held.members.filter((one) => one.id !== id)
    // What was done with mails stays, for statistics.
    held.activities = held.activities.filter((one) => one.member_id !== id || one.type === 'email_opened_event')
    return isThere
  }
  const addHook = (given: Omit<z.output<typeof hook>, 'id'>) => {
    if (held.webhooks.some(({ event, target_url }) => event === given.event && target_url === given.target_url))
      return null
    const made = { id: nextId(), ...given }
    held.webhooks.push(made)
    return made
  }

  return {
    byId,
    add,
    alter,
    remove,
    labelNamed,
    addHook,
    nameField: (name: string) => {
      if (!held.noteFields.includes(name)) held.noteFields.push(name)
    },
    uuid: () => held.uuid,
    noteFields: (): readonly string[] => held.noteFields,
    members: (): readonly Kept[] => held.members,
    labels: (): readonly z.output<typeof label>[] => held.labels,
    activities: (): readonly z.output<typeof activity>[] => held.activities,
    state: () => structuredClone(held),
    restore: (state: unknown) => {
      held = site.parse(state)
    },
  }
}
export type Site = ReturnType<typeof createSite>
