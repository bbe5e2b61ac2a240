import { z } from 'zod'
import type { ObservedRule } from '../../core/contract/content.ts'
import type { Wire } from './settings.ts'

const text = z.string().nullish()
const segment = z.object({ id: z.number(), segmentName: z.string(), categoryName: text, updatedAt: text })
const recipients = z.object({ lists: z.array(z.number()).nullish() })
const campaign = z.object({
  id: z.number(),
  name: z.string(),
  type: text,
  status: z.string(),
  subject: text,
  modifiedAt: text,
  recipients: recipients.nullish(),
})

const segmentRule = ({ id, segmentName, categoryName, updatedAt }: z.output<typeof segment>): ObservedRule => ({
  id: `segment:${id}`,
  name: segmentName,
  kind: 'segment',
  active: true,
  audience: categoryName ?? null,
  says: null,
  changedAt: updatedAt ?? null,
})
const running: readonly string[] = ['queued', 'in_process', 'inProcess']
const campaignRule = (found: z.output<typeof campaign>): ObservedRule => {
  const lists = found.recipients?.lists ?? []
  return {
    id: `campaign:${found.id}`,
    name: found.name,
    kind: 'campaign',
    active: running.includes(found.status) || found.type === 'trigger',
    audience: lists.length > 0 ? `lists ${lists.join(', ')}` : null,
    says: found.subject ?? null,
    changedAt: found.modifiedAt ?? null,
  }
}

const segmentsOf = async ({ http }: Wire): Promise<readonly ObservedRule[]> => {
  const rules: ObservedRule[] = []
  const [limit, reply] = [50, z.object({ segments: z.array(segment).nullish() })]
  while (true) {
    const query = { limit, offset: rules.length, sort: 'asc' }
    const page = (await http({ method: 'GET', path: '/contacts/segments', query, reply })).body.segments ?? []
    rules.push(...page.map(segmentRule))
    if (page.length < limit) return rules
  }
}

/** Segments, and the latest hundred campaigns that are on, or to come. Automations are not shown by the API. */
export const observedRules = async (ctx: Wire): Promise<readonly ObservedRule[]> => {
  const query = { status: 'queued', limit: 100, offset: 0, sort: 'desc', excludeHtmlContent: true }
  const reply = z.object({ campaigns: z.array(campaign).nullish() })
  const { body } = await ctx.http({ method: 'GET', path: '/emailCampaigns', query, reply })
  return [...(await segmentsOf(ctx)), ...(body.campaigns ?? []).map(campaignRule)]
}
