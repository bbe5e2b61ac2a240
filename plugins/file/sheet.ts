import { z } from 'zod'
import type { FileContext } from './settings.ts'

export type Row = Readonly<Record<string, unknown>>
/** A file as rows. `modified` names its state (ISO 8601); `none`: there is no such file. */
export interface Sheet {
  readonly modified: string
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
}
const absent: Sheet = { modified: 'none', columns: [], rows: [] }

const sheet = z.object({
  modified: z.string(),
  columns: z.array(z.string()),
  rows: z.array(z.record(z.string(), z.unknown())),
})
const refusal = z.object({ detail: z.string() })

export const sheetAt = async ({ http }: FileContext, name: string): Promise<Sheet> => {
  const reply = z.union([sheet, refusal])
  const { body } = await http({ method: 'GET', path: `/${name}`, accept: [404], reply })
  return 'rows' in body ? body : absent
}

/** Replaces a file by one that was made from `before`. false: somebody has written it meanwhile, and nothing was done. */
export const replace = async ({ http }: FileContext, name: string, before: Sheet, after: Omit<Sheet, 'modified'>) => {
  const reply = z.union([z.object({ modified: z.string() }), refusal])
  const headers = { 'if-match': before.modified }
  const { columns, rows } = after
  const { status } = await http({
    method: 'PUT',
    path: `/${name}`,
    headers,
    json: { columns, rows },
    accept: [412],
    reply,
  })
  return status !== 412
}
