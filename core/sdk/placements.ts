import { fill } from './fill.ts'
import type { Decision } from './hub.ts'

interface Surroundings {
  readonly ask: (placements: readonly string[]) => Promise<readonly Decision[]>
  /** For how long an element may stay hidden, in milliseconds. */
  readonly patienceMs: number
  /** The element shows the decision now. */
  readonly shown: (element: HTMLElement, decision: Decision) => void
}

const selector = '[data-leitstern-placement]'
const placementOf = (element: HTMLElement): string => element.dataset.leitsternPlacement ?? ''

/** Hides an element until `lift`, or until the patience ends; it keeps its place on the page. */
const curtainOver = (element: HTMLElement, patienceMs: number) => {
  const { visibility } = element.style
  let isDown = true
  const lift = (): void => {
    if (isDown) element.style.visibility = visibility
    isDown = false
  }
  element.style.visibility = 'hidden'
  setTimeout(lift, patienceMs)
  return { element, isDown: () => isDown, lift }
}
type Curtain = ReturnType<typeof curtainOver>

/** Whether the parser has left the element, so that all its fields are there. */
const isWhole = (node: Node | null): boolean =>
  document.readyState !== 'loading' || (node !== null && (node.nextSibling !== null || isWhole(node.parentNode)))
const whole = (element: HTMLElement): Promise<unknown> =>
  isWhole(element)
    ? Promise.resolve()
    : new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve, { once: true }))

/**
 * Fills the placements of the document, and those that are added to it later. Each is hidden from before its first
 * painting until the hub has answered. An answer that comes too late is left aside: the visitor is reading the fallback.
 */
export const watchPlacements = ({ ask, patienceMs, shown }: Surroundings): void => {
  const known = new WeakSet<Element>()

  const present = async ({ element, isDown, lift }: Curtain, decision: Decision | undefined): Promise<void> => {
    if (decision !== undefined) await whole(element)
    if (decision !== undefined && isDown() && fill(element, decision.content)) shown(element, decision)
    lift()
  }
  const answer = async (curtains: readonly Curtain[]): Promise<void> => {
    const decisions = await ask([...new Set(curtains.map(({ element }) => placementOf(element)))])
    const decisionOf = ({ element }: Curtain) => decisions.find(({ placement }) => placement === placementOf(element))
    for (const curtain of curtains) void present(curtain, decisionOf(curtain))
  }
  const look = (): void => {
    const found = [...document.querySelectorAll<HTMLElement>(selector)].filter((element) => !known.has(element))
    for (const element of found) known.add(element)
    if (found.length > 0) void answer(found.map((element) => curtainOver(element, patienceMs)))
  }

  look()
  new MutationObserver(look).observe(document, { childList: true, subtree: true })
}
