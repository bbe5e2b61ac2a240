import { computedTrait } from '../profile/computed.ts'
import type { Basis } from './basis.ts'
import type { ProfileView } from './profile-operations.ts'
import type { Customer } from './refresh.ts'

const iso = (at: number): string => new Date(at).toISOString()
const sorted = <T>(entries: readonly (readonly [string, T])[]): Record<string, T> =>
  Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))

/** A customer as the outside sees it at this instant: keys sorted, times only in the provenance. */
export const profileView = ({ profile, evaluation }: Customer, basis: Basis): ProfileView => {
  const computed = Object.entries(basis.settings.computed).map(
    ([name, settings]) => [name, computedTrait(profile, settings, evaluation.at).value ?? null] as const,
  )
  return {
    id: profile.id,
    identifiers: profile.nodes.map(({ type, value }) => ({ type, value })),
    traits: sorted([...profile.traits].map(([path, trait]) => [path, trait.value] as const)),
    computed: sorted(computed),
    consents: sorted([...profile.consents].map(([purpose, consent]) => [purpose, consent.granted] as const)),
    segments: evaluation.segments(),
    provenance: {
      traits: sorted(
        [...profile.traits].map(
          ([path, { source, at, conflicts }]) => [path, { source, at: iso(at), conflicts }] as const,
        ),
      ),
      consents: sorted(
        [...profile.consents].map(
          ([purpose, { source, at }]) => [purpose, { source, at: at === null ? null : iso(at) }] as const,
        ),
      ),
      identifiers: profile.nodes.map((node) => ({ type: node.type, value: node.value, firstSeen: iso(node.firstAt) })),
    },
  }
}
