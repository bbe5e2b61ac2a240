import type { Component } from '../profile/component.ts'
import type { ChangeSet } from '../store/change-set.ts'
import type { WorkingSet } from '../store/port.ts'

/** The change that puts these components in the place of all that a working set holds; what stayed as it was is not in it. */
export const replaced = (set: WorkingSet, components: readonly Component[]): ChangeSet => {
  const ids = new Set(components.map((component) => component.id))
  const before = new Set(set.components)
  const changed = components.filter((component) => !before.has(component))
  return {
    components: changed.map((component) => ({ component, version: set.versions.get(component.id) ?? 0 })),
    goneComponents: set.components.map((component) => component.id).filter((id) => !ids.has(id)),
  }
}
