import { createHash } from 'node:crypto'
import { z } from 'zod'

const values = z.record(z.string(), z.unknown())
const stored = z.object({
  id: z.string(),
  attributes: values,
  properties: values,
  consent: z.string(),
  lists: z.array(z.string()),
  updated: z.string(),
})
export type Stored = z.output<typeof stored>
const sent = z.object({
  id: z.string().optional(),
  attributes: z.looseObject({ properties: values.optional() }),
  meta: z
    .object({ patch_properties: z.object({ unset: z.union([z.string(), z.array(z.string())]).optional() }).optional() })
    .optional(),
})
type Sent = z.output<typeof sent>
/** What an import posts. */
export const importBody = z.object({
  data: z.object({
    attributes: z.object({ profiles: z.object({ data: z.array(sent).max(10_000) }) }),
    relationships: z.object({ lists: z.object({ data: z.array(z.object({ id: z.string() })) }) }).optional(),
  }),
})
export type ImportBody = z.output<typeof importBody>
const failure = z.object({ code: z.string(), title: z.string(), detail: z.string(), original_payload: z.unknown() })
const job = z.object({
  id: z.string(),
  status: z.enum(['queued', 'complete', 'cancelled']),
  /** When it will have been worked through, in milliseconds. */
  dueAt: z.number(),
  /** How many of them are done before it breaks down; all unless stated. */
  most: z.number().optional(),
  profiles: z.array(sent),
  lists: z.array(z.string()),
  total: z.number(),
  errors: z.array(failure),
})
const named = z.object({ id: z.string(), name: z.string() })
const account = z.object({
  id: z.string(),
  nextId: z.number(),
  profiles: z.array(stored),
  lists: z.array(named),
  jobs: z.array(job),
  webhooks: z.array(named),
  /** As the API shows them. */
  events: z.array(values),
})
export type Account = z.output<typeof account>

const isAddress = (email: string) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) && !email.endsWith('.invalid')
const jobMs = 5_000
const lower = (value: unknown) => (typeof value === 'string' ? value.toLowerCase() : undefined)

/** One account in memory, with the rules that Klaviyo holds profiles to. */
export const createAccount = (now: () => number, id: string) => {
  let kept: Account = { id, nextId: 1, profiles: [], lists: [], jobs: [], webhooks: [], events: [] }
  const stamp = () => new Date(now()).toISOString().replace(/\.\d+Z$/, '+00:00')
  const freshId = (kind: string) => {
    kept.nextId += 1
    return createHash('md5').update(`${kept.id}/${kind}/${kept.nextId}`).digest('hex').slice(0, 20).toUpperCase()
  }
  const find = (email: unknown) => kept.profiles.find(({ attributes }) => attributes.email === lower(email))
  const names = ['email', 'phone_number', 'external_id'] as const
  const findBy = (given: Sent['attributes']) =>
    kept.profiles.find(({ attributes }) =>
      names.some((name) => typeof given[name] === 'string' && lower(attributes[name]) === lower(given[name])),
    )
  const add = (): Stored => {
    const made = {
      id: freshId('profile'),
      attributes: {},
      properties: {},
      consent: 'NEVER_SUBSCRIBED',
      lists: [],
      updated: stamp(),
    }
    kept.profiles.push(made)
    return made
  }
  const alter = (profile: Stored, next: Partial<Stored>) => {
    const isSame = JSON.stringify({ ...profile, ...next }) === JSON.stringify(profile)
    if (!isSame) Object.assign(profile, next, { updated: stamp() })
  }
  /** `null` is a value among properties: only what is unset goes. */
  const write = (profile: Stored, { attributes: { properties, ...own }, meta }: Sent) => {
    const unset = new Set([meta?.patch_properties?.unset ?? []].flat())
    const merged = Object.entries({ ...profile.properties, ...properties }).filter(([name]) => !unset.has(name))
    const email = own.email === undefined ? {} : { email: lower(own.email) }
    alter(profile, { attributes: { ...profile.attributes, ...own, ...email }, properties: Object.fromEntries(merged) })
  }
  const join = (profile: Stored, list: string, isIn: boolean) => {
    const others = profile.lists.filter((other) => other !== list)
    alter(profile, { lists: isIn ? [...others, list].sort() : others })
  }
  const refusalOf = (given: Sent) => {
    const { email } = given.attributes
    if (given.id !== undefined && !kept.profiles.some((profile) => profile.id === given.id))
      return { code: 'not_found', title: 'Not found.', detail: 'A profile with this id does not exist.' }
    if (typeof email === 'string' && !isAddress(email))
      return { code: 'invalid', title: 'Invalid input.', detail: `Invalid email address ${email}` }
    return null
  }
  const importOne = (work: Account['jobs'][number], given: Sent) => {
    const refusal = refusalOf(given)
    if (refusal) {
      work.errors.push({ ...refusal, original_payload: { ...given.attributes, id: given.id ?? null } })
      return
    }
    const profile = kept.profiles.find((one) => one.id === given.id) ?? findBy(given.attributes) ?? add()
    write(profile, given)
    for (const list of work.lists) join(profile, list, true)
  }
  const finish = (work: Account['jobs'][number]) => {
    const isBroken = work.most !== undefined
    for (const given of work.profiles.slice(0, work.most)) importOne(work, given)
    Object.assign(work, { status: isBroken ? 'cancelled' : 'complete', profiles: [] })
  }
  /** Jobs are worked through in their own time. */
  const catchUp = () => {
    for (const work of kept.jobs) if (work.status === 'queued' && work.dueAt <= now()) finish(work)
  }
  return {
    catchUp,
    stamp,
    freshId,
    find,
    add,
    alter,
    write,
    join,
    held: (): Account => kept,
    enqueue: ({ data: { attributes, relationships } }: ImportBody, most?: number) => {
      const profiles = attributes.profiles.data
      const work: Account['jobs'][number] = {
        id: freshId('job'),
        status: 'queued',
        dueAt: now() + jobMs,
        ...(most === undefined ? {} : { most }),
        profiles: [...profiles],
        lists: (relationships?.lists.data ?? []).map((one) => one.id),
        total: profiles.length,
        errors: [],
      }
      kept.jobs.push(work)
      return work
    },
    forget: (gone: string) => {
      const email = kept.profiles.find((profile) => profile.id === gone)?.attributes.email
      kept.profiles = kept.profiles.filter((profile) => profile.id !== gone)
      kept.events = kept.events.filter((event) => !JSON.stringify(event).includes(gone))
      for (const work of kept.jobs)
        work.errors = work.errors.filter((error) => !JSON.stringify(error).includes(String(email)))
    },
    listNamed: (name: string) => {
      const there = kept.lists.find((list) => list.name === name)
      if (there) return there
      const made = { id: freshId('list'), name }
      kept.lists.push(made)
      return made
    },
    restore: (state: unknown) => {
      kept = account.parse(state)
    },
  }
}
export type AccountInMemory = ReturnType<typeof createAccount>
