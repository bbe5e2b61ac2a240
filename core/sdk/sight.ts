/** As long as half of it must be in view to count as seen: what the MRC's viewability guidelines ask of display ads. */
const dwellMs = 1_000
const half = 0.5

/** Of an element that is higher than the window half can never be in view: half a window of it counts as well. */
const isInView = ({ isIntersecting, intersectionRatio, intersectionRect }: IntersectionObserverEntry): boolean =>
  isIntersecting && (intersectionRatio >= half || intersectionRect.height >= innerHeight * half)
const isShown = (element: Element): boolean =>
  document.visibilityState === 'visible' && getComputedStyle(element).visibility === 'visible'

/** Calls `seen` once for each element that is given to `watch`, when it really was on the screen. */
export const sight = (seen: (element: Element) => void): { readonly watch: (element: Element) => void } => {
  const timers = new Map<Element, number>()
  const end = (element: Element): void => {
    clearTimeout(timers.get(element))
    timers.delete(element)
  }
  const judge = (element: Element): void => {
    end(element)
    observer.unobserve(element)
    if (isShown(element)) seen(element)
    // A page in the background is not painted, and judged anew when it comes to the front.
    else observer.observe(element)
  }
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        const { target } = entry
        if (!isInView(entry)) end(target)
        else if (!timers.has(target)) timers.set(target, window.setTimeout(judge, dwellMs, target))
      }
    },
    { threshold: [0, 0.1, 0.2, 0.3, 0.4, half] },
  )
  return { watch: (element) => observer.observe(element) }
}
