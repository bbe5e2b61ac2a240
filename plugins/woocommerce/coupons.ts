import { z } from 'zod'
import type { ObservedRule } from '../../core/contract/content.ts'
import { pageSize } from './find.ts'
import { isoOf } from './order.ts'
import type { Wire } from './settings.ts'

const coupon = z.object({
  id: z.number(),
  code: z.string(),
  amount: z.string(),
  discount_type: z.string(),
  description: z.string().nullish(),
  status: z.string().nullish(),
  date_modified_gmt: z.string().nullish(),
  date_expires_gmt: z.string().nullish(),
  email_restrictions: z.array(z.string()).default([]),
})
type Coupon = z.output<typeof coupon>

/** How many, and not who: addresses are no business of an overview. */
const audienceOf = ({ email_restrictions: { length } }: Coupon) =>
  length === 0 ? null : `${length} e-mail addresses or patterns`

const ruleOf = (found: Coupon, now: number): ObservedRule => {
  const { id, code, amount, discount_type, description, status, date_modified_gmt, date_expires_gmt } = found
  const isOver = date_expires_gmt ? Date.parse(isoOf(date_expires_gmt)) <= now : false
  return {
    id: String(id),
    name: code,
    kind: 'coupon',
    active: (status ?? 'publish') === 'publish' && !isOver,
    audience: audienceOf(found),
    says: description || `${amount} ${discount_type.replaceAll('_', ' ')}`,
    changedAt: date_modified_gmt ? isoOf(date_modified_gmt) : null,
  }
}

export const observedRules = async (ctx: Wire): Promise<readonly ObservedRule[]> => {
  const rules: ObservedRule[] = []
  for (let page = 1; ; page += 1) {
    const query = { per_page: pageSize, page, orderby: 'id', order: 'asc' }
    const { body } = await ctx.http({ method: 'GET', path: '/coupons', query, reply: z.array(coupon) })
    rules.push(...body.map((found) => ruleOf(found, ctx.now())))
    if (body.length < pageSize) return rules
  }
}
