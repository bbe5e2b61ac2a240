import { z } from 'zod'
import { withoutAddresses } from '../../core/contract/address.ts'
import type { Contact, Outcome, Receipt } from '../../core/contract/change.ts'
import { all } from './api.ts'
import type { Payload } from './map.ts'
import { attributeFor, locate } from './profile.ts'
import type { Wire } from './settings.ts'

const jobsPath = '/api/profile-bulk-import-jobs'
const job = z.object({
  id: z.string(),
  attributes: z.object({ status: z.string(), failed_count: z.number().nullish() }),
})
type Job = z.output<typeof job>
const importError = z.object({
  attributes: z.object({
    code: z.string().catch(''),
    title: z.string().catch(''),
    detail: z.string().catch(''),
    source: z.object({ pointer: z.string().nullish() }).nullish(),
    original_payload: z.unknown().optional(),
  }),
})
type ImportError = z.output<typeof importError>

/** Starts an import of up to 10,000 profiles, who also join these lists, and answers with the job's id. */
export const startImport = async (
  { http }: Wire,
  profiles: readonly Payload[],
  listIds: readonly string[],
): Promise<string> => {
  const lists = { data: listIds.map((id) => ({ type: 'list', id })) }
  const relationships = listIds.length > 0 ? { relationships: { lists } } : {}
  const data = { type: 'profile-bulk-import-job', attributes: { profiles: { data: profiles } }, ...relationships }
  const { body } = await http({ method: 'POST', path: jobsPath, json: { data }, reply: z.object({ data: job }) })
  return body.data.id
}

/** `null` where Klaviyo has forgotten it. */
const lookUp = async ({ http }: Wire, id: string): Promise<Job | null> => {
  const path = `${jobsPath}/${encodeURIComponent(id)}`
  const reply = z.object({ data: job.optional() })
  const { status, body } = await http({ method: 'GET', path, accept: [404], reply })
  return status === 404 ? null : (body.data ?? null)
}
const errorsOf = async (ctx: Wire, { id }: Job): Promise<readonly ImportError[]> => {
  const path = `${jobsPath}/${encodeURIComponent(id)}/import-errors`
  return (await all(ctx, path, importError, { 'page[size]': 100 })).items
}

/** Errors repeat what was sent, flat or as it was. */
const payload = z.looseObject({ id: z.unknown().optional(), attributes: z.record(z.string(), z.unknown()).optional() })
const isAbout =
  ({ key }: Contact, remoteId: string | undefined) =>
  ({ attributes: { original_payload } }: ImportError): boolean => {
    const sent = payload.safeParse(original_payload).data
    if (!sent) return false
    const name = (sent.attributes ?? sent)[attributeFor(key.type)]
    const isNamed = typeof name === 'string' && name.toLowerCase() === key.value.toLowerCase()
    return isNamed || (remoteId !== undefined && sent.id === remoteId)
  }
/** Codes that say nothing about the profile itself. */
const isPassing = (code: string) => /throttl|internal|timeout|unavailable/i.test(code)
const outcomeOf = ({ attributes: { code, title, detail, source } }: ImportError): Outcome => {
  const said = withoutAddresses(`${title} ${detail}`).trim()
  const reason = `Klaviyo refused the profile: ${said || code || 'without a reason'}`
  if (isPassing(code)) return { status: 'retry', reason }
  return { status: 'rejected', reason, field: source?.pointer?.split('/').at(-1) || undefined }
}

const again = (contacts: readonly Contact[], outcome: Outcome): readonly Receipt[] =>
  contacts.map(({ id }) => ({ contact: id, ...outcome }))

const judge = async (ctx: Wire, jobs: readonly Job[], contacts: readonly Contact[]): Promise<readonly Receipt[]> => {
  const failed = jobs.filter(({ attributes }) => (attributes.failed_count ?? 0) > 0)
  const errors = (await Promise.all(failed.map((one) => errorsOf(ctx, one)))).flat()
  const count = jobs.reduce((sum, { attributes }) => sum + (attributes.failed_count ?? 0), 0)
  const found = await locate(ctx, contacts)
  const blamed = contacts.map((contact) => ({
    id: contact.id,
    remoteId: found.get(contact.id)?.id,
    error: errors.find(isAbout(contact, found.get(contact.id)?.id ?? contact.remoteId)),
  }))
  const isClear = new Set(blamed.flatMap(({ error }) => error ?? [])).size >= count
  return blamed.map(({ id, remoteId, error }): Receipt => {
    if (error) return { contact: id, ...outcomeOf(error) }
    if (!isClear)
      return { contact: id, status: 'retry', reason: `${count} of the import failed, and not all are named` }
    return remoteId === undefined
      ? { contact: id, status: 'retry', reason: 'the import is complete, but the profile is not there yet' }
      : { contact: id, status: 'applied', remoteId }
  })
}

/** The ticket names all jobs that the contacts of one push went into. */
export const ticketOf = (jobIds: readonly string[]): string => jobIds.join(',')
export const settle = async (ctx: Wire, ticket: string, contacts: readonly Contact[]): Promise<readonly Receipt[]> => {
  const found = await Promise.all(ticket.split(',').map((id) => lookUp(ctx, id)))
  const jobs = found.flatMap((one) => one ?? [])
  const isLost = jobs.length < found.length || jobs.some(({ attributes }) => attributes.status === 'cancelled')
  if (isLost) return again(contacts, { status: 'retry', reason: 'Klaviyo has cancelled or forgotten the import' })
  const isDone = jobs.every(({ attributes }) => attributes.status === 'complete')
  return isDone ? judge(ctx, jobs, contacts) : again(contacts, { status: 'accepted', ticket })
}
