import { z } from 'zod'
import type { Languages } from './field.ts'
import { search } from './rpc.ts'
import type { Wire } from './settings.ts'

const language = z.object({ id: z.number(), code: z.string() })
/** Those that somebody has activated. */
export const lookUpLanguages = async (ctx: Wire, codes: readonly string[]): Promise<Languages> => {
  if (codes.length === 0) return new Map()
  const domain = [
    ['code', 'in', [...new Set(codes)]],
    ['translatable', '=', true],
  ]
  const found = await search(ctx, { model: 'ir.lang', domain, fields: ['code'], row: language })
  return new Map(found.map(({ id, code }) => [code, id]))
}
