/** A link that leads to a page or a file, of this site or another; null for one that would run something. */
const safeLink = (value: string): string | null => {
  try {
    return /^https?:$/.test(new URL(value, document.baseURI).protocol) ? value : null
  } catch {
    return null
  }
}

/** What of an element a field fills, by its tag; of all others the text. */
const linkAttributes: Readonly<Record<string, string>> = { A: 'href', AREA: 'href', IMG: 'src', SOURCE: 'srcset' }

const fillLink = (element: HTMLElement, attribute: string, value: string): boolean => {
  const link = safeLink(value)
  if (link === null) element.removeAttribute(attribute)
  else element.setAttribute(attribute, link)
  return link !== null
}
/** Never as HTML: content is text, whatever stands in it. */
const fillText = (element: HTMLElement, value: string): boolean => {
  element.textContent = value
  return value !== ''
}

/**
 * Puts content into the elements that name its fields; false where there is none. One whose field the content lacks is
 * hidden: it would show a part of the fallback beside a part of the offer.
 */
export const fill = (placement: HTMLElement, content: Readonly<Record<string, string>>): boolean => {
  const elements = placement.querySelectorAll<HTMLElement>('[data-leitstern-field]')
  for (const element of elements) {
    const value = content[element.dataset.leitsternField ?? ''] ?? ''
    const attribute = linkAttributes[element.tagName]
    element.hidden = !(attribute === undefined ? fillText(element, value) : fillLink(element, attribute, value))
  }
  return elements.length > 0
}
