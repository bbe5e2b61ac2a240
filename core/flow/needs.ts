import type { Membership } from '../contract/change.ts'
import type { FieldType, Needs, ToolField } from '../contract/connector.ts'
import type { Source } from '../deliver/map.ts'
import { traitType } from '../rules/traits.ts'
import type { Basis } from './basis.ts'
import type { Tool } from './tool.ts'

type Ground = Pick<Basis, 'settings' | 'program'>

const typeOfTrait: Readonly<Record<string, FieldType>> = { number: 'number', boolean: 'boolean', datetime: 'datetime' }

/** What kind of field holds what a line of the map sends. */
const typeOf = (source: Source, { settings, program }: Ground): FieldType => {
  if (source.kind === 'segment' || source.kind === 'consent' || source.kind === 'controlled') return 'boolean'
  if (source.kind === 'trait') return typeOfTrait[traitType(source.path, settings) ?? ''] ?? 'text'
  return program.placements.get(source.placement)?.fields[source.part]?.type === 'url' ? 'url' : 'text'
}

/** What a connector's map needs the tool to have, beside the tool's own standard fields. */
export const needsOf = (basis: Ground, tool: Tool): Needs => {
  const standard = new Set(Object.values(tool.connector.defaults))
  const fields: ToolField[] = []
  const memberships: Membership[] = []
  for (const { source, target } of tool.lines) {
    if (target.kind === 'membership') memberships.push(target.membership)
    else if (!standard.has(target.field)) {
      const { field: name, owner } = target
      fields.push({
        name,
        type: target.as === undefined ? typeOf(source, basis) : 'text',
        label: `Leitstern ${name}`,
        writable: owner === 'hub',
      })
    }
  }
  return { fields, memberships }
}
