import type { Membership } from '../contract/change.ts'
import type { ConnectorSettings } from './settings.ts'

/** What of a profile leaves (or comes in) through one line of a connector's map. */
export type Source =
  | { readonly kind: 'trait'; readonly path: string }
  | { readonly kind: 'segment'; readonly segment: string }
  | { readonly kind: 'placement'; readonly placement: string; readonly part: string }
  /** Whether the hub holds this contact now, so that the tool's own campaigns leave the customer out. */
  | { readonly kind: 'controlled' }
  /** Whether the customer has given consent to this purpose. */
  | { readonly kind: 'consent'; readonly purpose: string }
/** Where it goes in the tool. */
export type Target =
  | {
      readonly kind: 'field'
      readonly field: string
      readonly owner: 'hub' | 'tool'
      /** Liquid over `value`: what is written in its place. */
      readonly as?: string | undefined
    }
  | ({ readonly kind: 'membership' } & { readonly membership: Membership })

export interface MapLine {
  readonly source: Source
  readonly target: Target
}

const sourceOf = (text: string): Source => {
  const [head, second, ...rest] = text.split('.')
  if (head === 'segment' && second !== undefined) return { kind: 'segment', segment: [second, ...rest].join('.') }
  if (head === 'placement' && second !== undefined && rest.length > 0)
    return { kind: 'placement', placement: second, part: rest.join('.') }
  if (head === 'consent' && second !== undefined) return { kind: 'consent', purpose: [second, ...rest].join('.') }
  return text === 'controlled' ? { kind: 'controlled' } : { kind: 'trait', path: text }
}

const isField = (target: object): target is { field: string; owner: 'hub' | 'tool'; as?: string | undefined } =>
  'owner' in target && 'field' in target

/** Canonical trait -> the tool's own standard field, as a plugin states it. */
type Defaults = Readonly<Record<string, string>>

const targetOf = (source: string, target: ConnectorSettings['map'][string], defaults: Defaults): Target => {
  if (target === true) return { kind: 'field', field: defaults[source] ?? source, owner: 'hub' }
  if (typeof target === 'string') return { kind: 'field', field: target, owner: 'hub' }
  if (isField(target)) return { kind: 'field', field: target.field, owner: target.owner, as: target.as }
  const [kind, name] = Object.entries(target)[0] ?? ['', '']
  return { kind: 'membership', membership: { kind, name } }
}

/** The lines of a connector's map, read once. The map is the only allow-list: what has no line here never leaves the hub. */
export const readMap = (map: ConnectorSettings['map'], defaults: Defaults): readonly MapLine[] =>
  Object.entries(map).map(([source, target]) => ({
    source: sourceOf(source),
    target: targetOf(source, target, defaults),
  }))

/** The trait paths that may leave the hub through this map: Liquid variables may read no others. */
export const allowedTraits = (lines: readonly MapLine[]): ReadonlySet<string> =>
  new Set(
    lines.flatMap(({ source, target }) =>
      source.kind === 'trait' && !(target.kind === 'field' && target.owner === 'tool') ? [source.path] : [],
    ),
  )
