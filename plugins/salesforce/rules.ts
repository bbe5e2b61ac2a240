import { z } from 'zod'
import type { ObservedRule } from '../../core/contract/content.ts'
import { decoded } from './field.ts'
import type { Wire } from './settings.ts'
import { query } from './soql.ts'

const most = 200
const campaign = z.object({
  Id: z.string(),
  Name: z.string(),
  IsActive: z.boolean().catch(false),
  Type: z.string().nullish(),
  Description: z.string().nullish(),
  LastModifiedDate: z.string(),
})

/** Campaigns that people plan in Salesforce itself, last changed first. */
export const observedRules = async (ctx: Wire): Promise<readonly ObservedRule[]> => {
  const columns = 'Id,Name,IsActive,Type,Description,LastModifiedDate'
  const soql = `SELECT ${columns} FROM Campaign ORDER BY LastModifiedDate DESC LIMIT ${most}`
  const found = await query(ctx, soql, campaign)
  return found.map(({ Id, Name, IsActive, Type, Description, LastModifiedDate }) => ({
    id: Id,
    name: Name,
    kind: 'campaign',
    active: IsActive,
    audience: null,
    says: [Type, Description].filter(Boolean).join(': ') || null,
    changedAt: String(decoded(LastModifiedDate)),
  }))
}
