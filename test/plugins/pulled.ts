import type { SourceRecord } from '../../core/contract/record.ts'
import type { Workbench } from '../conformance/workbench.ts'

/** Everything that a pull brings, and the cursor after it. */
export const pulled = async ({ connector, context }: Workbench, cursor: string | null = null) => {
  const records: SourceRecord[] = []
  let reached = cursor
  for await (const page of connector.pull?.(context('read'), cursor) ?? []) {
    records.push(...page.records)
    reached = page.cursor
  }
  return { records, cursor: reached }
}
