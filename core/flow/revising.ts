import { createHash } from 'node:crypto'
import type { Config } from '../config/load.ts'
import { isEmpty, type Registry } from '../rules/registry.ts'
import type { Revision } from '../store/stored.ts'
import type { RegistryOperations } from './config-operations.ts'
import type { Core } from './core.ts'

/** An immutable state of the registry, named by its content. */
export const revisionOf = (registry: Registry, by: string, at: number): Revision => {
  const body = JSON.stringify(registry)
  return { id: createHash('sha256').update(body).digest('hex').slice(0, 16), body, publishedAt: at, by }
}

/** What is published without being asked for, or null: into an empty registry only, and where config lets it. */
export const autoRevision = (config: Config, current: Registry, at: number): Revision | null =>
  config.publish === 'auto' && isEmpty(current) && !isEmpty(config.registry)
    ? revisionOf(config.registry, 'hub', at)
    : null

/** The registry as it is and was. */
export const createRevising = (core: Core): Omit<RegistryOperations, 'publish'> => ({
  registry: () => {
    const { program } = core.basis()
    return { revision: program.revision, registry: program.registry }
  },
  revisions: async ({ limit, cursor }) => {
    const current = core.basis().program.revision
    const { items, next } = await core.store.revisions(limit, cursor)
    const view = ({ id, publishedAt, by }: Revision) => ({
      revision: id,
      publishedAt: new Date(publishedAt).toISOString(),
      by,
      current: id === current,
    })
    return { items: items.map(view), next }
  },
})
