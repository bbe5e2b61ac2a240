import { createHash } from 'node:crypto'
import type { Registry } from '../rules/registry.ts'
import type { Revision } from '../store/port.ts'
import type { Core } from './core.ts'
import type { Course } from './course.ts'
import type { RegistryOperations } from './operations.ts'

/** An immutable state of the registry, named by its content. */
export const revisionOf = (registry: Registry, by: string, at: number): Revision => {
  const body = JSON.stringify(registry)
  return { id: createHash('sha256').update(body).digest('hex').slice(0, 16), body, publishedAt: at, by }
}

/** Publishing: one atomic revision from the rule files; everybody is decided again in the background. */
export const createRevising = (
  core: Core,
  course: Course,
  readFiles: () => { readonly registry: Registry } | { readonly problems: readonly string[] },
): RegistryOperations => ({
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
  publish: async (actor) => {
    const read = readFiles()
    if ('problems' in read) return read
    return core.writer.run('front', async () => {
      const revision = revisionOf(read.registry, actor.name, core.now())
      if (revision.id === core.basis().program.revision) return { revision: revision.id, changed: false }
      const from = core.basis().program.revision
      await core.store.publish(revision, {
        at: revision.publishedAt,
        actor: actor.name,
        action: 'publish',
        subject: revision.id,
        detail: { from },
      })
      course.follow(revision)
      core.committed()
      return { revision: revision.id, changed: true }
    })
  },
})
