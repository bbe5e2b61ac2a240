import type { ContentField } from './registry.ts'

/** A path of the site, or an address of a scheme that cannot run code in a page. */
const link = /^(https?:\/\/|mailto:|tel:|[/?#])\S*$/i

const fits: Readonly<Record<ContentField['type'], (text: string) => boolean>> = {
  text: () => true,
  url: (text) => link.test(text),
  entry: (text) => /^\S+$/.test(text),
  number: (text) => text.trim() !== '' && Number.isFinite(Number(text)),
}

/** What keeps a finished text out of a field, in words; null where it fits. Length is counted in characters, not bytes. */
export const misfit = (text: string, { type, max }: ContentField): string | null => {
  const length = [...text].length
  if (max !== undefined && length > max) return `has ${length} characters, and the field takes ${max}`
  return fits[type](text) ? null : `is no ${type}`
}
