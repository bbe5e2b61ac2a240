import { loadConnector, loadSandbox } from '../../core/host/catalogue.ts'
import { required, type Subject } from '../conformance/check.ts'
import { atWorkbench, type Workbench } from '../conformance/workbench.ts'

/** A plugin by its folder. */
const subjectOf = async (id: string): Promise<Subject> => ({
  connector: await loadConnector(id),
  sandbox: required((await loadSandbox(id)) ?? undefined),
})
/** Work at a plugin's tool, as the body of a test. */
export const at = (id: string) => (work: (bench: Workbench) => Promise<void>) => async () =>
  atWorkbench(await subjectOf(id), work)

/** What a pull gives from the cursor on, and the cursor that it ends at. */
export const pullFrom = async ({ connector, context }: Workbench, cursor: string | null) => {
  const records = []
  let reached = cursor
  for await (const page of required(connector.pull)(context('read'), cursor)) {
    records.push(...page.records)
    reached = page.cursor
  }
  return { records, cursor: reached }
}
