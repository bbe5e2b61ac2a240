const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
/** Text as HTML shows it, in an element or a quoted attribute: what a tool holds may be anything. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign)

/** An address from a field may be anything: only the web's own kinds become a link. */
export const linkTo = (address: string): string => (/^(https?:\/\/|\/(?!\/))/.test(address) ? address : '#')
