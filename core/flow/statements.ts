import type { ContactRecord } from '../contract/record.ts'
import { purposeOf } from '../deliver/aim.ts'
import type { Tool } from './tool.ts'

/** What a contact's record states: by trait path, by purpose, and who it is. */
export interface Statements {
  readonly traits: Readonly<Record<string, unknown>>
  readonly consents: Readonly<Record<string, boolean>>
}
/** Of a contact only what the tool owns is adopted: fields whose line says `owner: tool`, and consent. So an echo of our own write says nothing. */
export const adopted = (tool: Tool, record: ContactRecord): Statements => {
  const traits: Record<string, unknown> = {}
  for (const { source, target } of tool.lines)
    if (source.kind === 'trait' && target.kind === 'field' && target.owner === 'tool' && target.field in record.fields)
      traits[source.path] = record.fields[target.field]
  const purpose = purposeOf(tool.settings)
  return { traits, consents: purpose !== null && record.consent !== undefined ? { [purpose]: record.consent } : {} }
}
const nameOf = { trait: (path: string) => `trait ${path}`, consent: (purpose: string) => `consent ${purpose}` } as const
const renamed = <T>(values: Readonly<Record<string, T>>, name: (key: string) => string) =>
  Object.entries(values).map(([key, value]) => [name(key), value] as const)
/** By name. A webhook that names nobody says nothing of who it is. */
export const statementsIn = (
  { traits, consents }: Statements,
  { identifiers }: ContactRecord,
): Record<string, unknown> =>
  Object.fromEntries([
    ...renamed(traits, nameOf.trait),
    ...renamed(consents, nameOf.consent),
    ...(identifiers.length === 0 ? [] : [['identifiers', identifiers] as const]),
  ])
/** Those among them that bear one of these names. */
export const only = ({ traits, consents }: Statements, names: ReadonlySet<string>): Statements => ({
  traits: Object.fromEntries(Object.entries(traits).filter(([path]) => names.has(nameOf.trait(path)))),
  consents: Object.fromEntries(Object.entries(consents).filter(([purpose]) => names.has(nameOf.consent(purpose)))),
})

export const noStatements: Statements = { traits: {}, consents: {} }
