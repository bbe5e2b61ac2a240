import type { Receipt } from '../contract/change.ts'
import type { Core } from './core.ts'
import type { Tool } from './tool.ts'
import { fieldsIn } from './tool-fields.ts'

/** By contact: the fields that it was sent. */
export type FieldsOf = (contact: string) => readonly string[]
/**
 * The same verdicts, but whoever was refused for a field that the tool has no more is tried again without it. Such a field
 * is one problem of the connector, and not one of each contact: it is written no more until an admin replays.
 */
export type Withhold = (receipts: readonly Receipt[], fieldsOf: FieldsOf) => Promise<readonly Receipt[]>

/** A tool that refuses much for other reasons is not asked each time. */
const knownForMs = 5_000

export const createWithholding = (core: Core, tool: Tool): Withhold => {
  const standard = new Set(Object.values(tool.connector.defaults))
  let known: { readonly fields: ReadonlySet<string> | null; readonly at: number } | null = null

  /** null: the tool does not tell. */
  const present = async (): Promise<ReadonlySet<string> | null> => {
    if (known !== null && core.now() < known.at + knownForMs) return known.fields
    const there = await fieldsIn(tool)
    const fields = there && new Set(there.filter(({ writable }) => writable).map(({ name }) => name))
    known = { fields, at: core.now() }
    return fields
  }
  const withhold = async (field: string, reason: string): Promise<void> => {
    tool.state = {
      ...tool.state,
      withheld: { ...tool.state.withheld, [field]: `the tool takes no such field (${reason})` },
    }
    await core.writer.run('settle', () => core.store.commit({ connector: tool.state }))
    core.log.error({ connector: tool.key, field, reason }, 'a field of the map has vanished in the tool')
  }

  return async (receipts, fieldsOf) => {
    const refused = receipts.filter((receipt) => receipt.status === 'rejected')
    if (refused.length === 0) return receipts
    const there = await present()
    if (there === null) return receipts
    const isGone = (field: string): boolean => !there.has(field) && !standard.has(field)
    const goneFor = ({ contact, field }: (typeof refused)[number]): string | undefined => {
      const sent = fieldsOf(contact).filter(isGone)
      return field !== undefined && sent.includes(field) ? field : sent[0]
    }
    for (const receipt of refused) {
      const field = goneFor(receipt)
      if (field !== undefined && !(field in tool.state.withheld)) await withhold(field, receipt.reason)
    }
    return receipts.map((receipt): Receipt => {
      const field = receipt.status === 'rejected' ? goneFor(receipt) : undefined
      return field === undefined
        ? receipt
        : { contact: receipt.contact, status: 'retry', reason: `${field} is written no more` }
    })
  }
}
