import { z } from 'zod'
import type { ObservedRule } from '../../core/contract/content.ts'
import { pageSize } from './find.ts'
import type { Wire } from './settings.ts'

const rule = z.object({
  attribute: z.string().nullish(),
  operator: z.string().nullish(),
  values: z.array(z.object({ value: z.string().nullish() })).nullish(),
})
const promotion = z.object({
  id: z.string(),
  code: z.string().nullish(),
  status: z.string().nullish(),
  is_automatic: z.boolean().nullish(),
  updated_at: z.string().nullish(),
  rules: z.array(rule).nullish(),
  application_method: z
    .object({ type: z.string(), value: z.number().nullish(), currency_code: z.string().nullish() })
    .nullish(),
})
type Promotion = z.output<typeof promotion>
const page = z.object({ promotions: z.array(promotion) })
const fields = 'id,code,status,is_automatic,updated_at,*rules,*rules.values,*application_method'

const wordsOf = ({ attribute, operator, values }: z.output<typeof rule>) =>
  `${attribute} ${operator} ${(values ?? []).map(({ value }) => value).join(', ')}`
const saysOf = ({ application_method: how }: Promotion): string | null => {
  if (!how || how.value === null || how.value === undefined) return null
  return how.type === 'percentage' ? `${how.value} %` : `${how.value} ${(how.currency_code ?? '').toUpperCase()}`
}
const ruleOf = (found: Promotion): ObservedRule => ({
  id: found.id,
  name: found.code ?? found.id,
  kind: found.is_automatic === true ? 'automatic promotion' : 'promotion',
  active: found.status === 'active',
  audience: found.rules?.length ? found.rules.map(wordsOf).join(' and ') : null,
  says: saysOf(found),
  changedAt: found.updated_at ?? null,
})

export const observedRules = async ({ http }: Wire): Promise<readonly ObservedRule[]> => {
  const rules: ObservedRule[] = []
  for (let offset = 0; ; offset += pageSize) {
    const query = { fields, limit: pageSize, offset, order: 'id' }
    const { body } = await http({ method: 'GET', path: '/admin/promotions', query, reply: page })
    rules.push(...body.promotions.map(ruleOf))
    if (body.promotions.length < pageSize) return rules
  }
}
