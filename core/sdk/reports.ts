import type { Decision } from './hub.ts'
import { sight } from './sight.ts'

type Track = (event: string, properties: Readonly<Record<string, unknown>>) => void

/** In the names of the Segment semantic events, and in the hub's own. */
const propertiesOf = ({ offer, placement, decisionId, variant }: Decision) => ({
  promotion_id: offer,
  position: placement,
  offer,
  placement,
  decisionId,
  variant,
})
const linkOf = (target: EventTarget | null): HTMLAnchorElement | null =>
  target instanceof Element ? target.closest('a') : null

export interface Reports {
  /** Reports what the element shows when it is seen, and which of its links are followed. */
  readonly of: (element: HTMLElement, decision: Decision) => void
  /** Another page, in a site that stays in one document: what is seen there counts anew. */
  readonly turn: () => void
}

/** Exposures and clicks. A fallback is nobody's decision, and is not reported. */
export const reportsBy = (track: Track): Reports => {
  const decisions = new Map<Element, Decision>()
  const told = new Set<string>()
  const seen = (element: Element): void => {
    const decision = decisions.get(element)
    const name = `${decision?.decisionId} ${decision?.placement}`
    if (decision === undefined || told.has(name)) return
    told.add(name)
    track('Promotion Viewed', propertiesOf(decision))
  }
  const { watch } = sight(seen)
  return {
    of: (element, decision) => {
      if (decision.decisionId === null) return
      decisions.set(element, decision)
      watch(element)
      element.addEventListener('click', ({ target }) => {
        const link = linkOf(target)
        if (link !== null) track('Promotion Clicked', { ...propertiesOf(decision), url: link.href })
      })
    },
    turn: () => {
      told.clear()
      for (const element of decisions.keys()) if (element.isConnected) watch(element)
    },
  }
}
