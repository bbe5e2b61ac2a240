import { coherenceOf } from '../deliver/coherence.ts'
import { type Disagreement, disagreementsIn } from '../deliver/disagreement.ts'
import type { Phase } from '../deliver/settings.ts'
import { phases } from '../deliver/settings.ts'
import type { Core } from './core.ts'
import type { Reports } from './operations.ts'

const isPhase = (value: unknown): value is Phase => phases.some((phase) => phase === value)

/** What the hub has measured. */
export const createReports = (core: Core): Reports => ({
  coherence: async () => {
    const { plans, program } = core.basis()
    const measure = coherenceOf(plans, program.registry.placements, core.now())
    for await (const contacts of core.store.contactsByProfile()) measure.add(contacts)
    return measure.report()
  },
  disagreements: async ({ limit, cursor }) => {
    const { plans, program } = core.basis()
    const from = Number(cursor ?? 0)
    const found: Disagreement[] = []
    for await (const contacts of core.store.contactsByProfile()) {
      found.push(...disagreementsIn(contacts, plans, program.registry.placements))
      if (found.length > from + limit) break
    }
    const more = found.length > from + limit
    return { items: found.slice(from, from + limit), next: more ? String(from + limit) : null }
  },
  phases: async () =>
    (await core.store.audit('phase', 1_000)).flatMap(({ at, actor, subject, detail }) =>
      isPhase(detail.to) ? [{ connector: subject, phase: detail.to, at: new Date(at).toISOString(), by: actor }] : [],
    ),
  deliveryTotals: () => core.store.deliveryTotals(),
})
