import type { Change, Outcome } from '../../core/contract/change.ts'
import { type Held, locate, valueIn } from './contact.ts'
import { isKept } from './field.ts'
import type { Wire } from './settings.ts'
import { isSameName, NoSuchField } from './soql.ts'

export type Outcomes = ReadonlyMap<string, Outcome>

export const namesIn = (changes: readonly Change[]) => [
  ...new Set(changes.flatMap(({ fields }) => Object.keys(fields))),
]
const noField = (field: string): Outcome => ({
  status: 'rejected',
  field,
  reason: `Salesforce has no field ${field}, or hides it from the integration user: set the connector up`,
})

export interface Looked {
  readonly found: ReadonlyMap<string, Held>
  /** Those whose fields Salesforce has. */
  readonly sound: readonly Change[]
  readonly refused: Outcomes
}
/**
 * What is held now of all fields that are about to be written. Who names a field that is not there is left out, and the rest
 * goes on.
 */
export const look = async (ctx: Wire, changes: readonly Change[], refused: Outcomes = new Map()): Promise<Looked> => {
  const without = (field: string) => {
    const [bad, sound] = [true, false].map((has) =>
      changes.filter(({ fields }) => Object.hasOwn(fields, field) === has),
    )
    const told = (bad ?? []).map(({ contact }): [string, Outcome] => [contact.id, noField(field)])
    return look(ctx, sound ?? [], new Map([...refused, ...told]))
  }
  const names = namesIn(changes)
  try {
    const contacts = changes.map(({ contact }) => contact)
    return { found: await locate(ctx, contacts, names), sound: changes, refused }
  } catch (error) {
    const named = error instanceof NoSuchField ? names.find((name) => isSameName(name, error.field)) : undefined
    if (named === undefined) throw error
    return without(named)
  }
}
/** The first field that a record does not hold as it is in a change. */
export const unkept = ({ fields }: Change, record: Held): string | undefined =>
  Object.entries(fields).find(([name, value]) => !isKept(value, valueIn(record, name)))?.[0]
