import { normaliseIdentifiers } from '../profile/identifier.ts'
import { createMemory } from '../profile/memory.ts'
import { nodeId, nodeIds } from '../profile/node.ts'
import { remembered } from '../profile/remembered.ts'
import type { ProfileSettings } from '../profile/settings.ts'
import type { Folding } from './basis.ts'
import type { DecideRequest } from './operations.ts'

/** Whom a request is about. */
export interface Named {
  /** Strongest first; none where no identifier is fit to name anybody. */
  readonly nodes: readonly string[]
  /** The node of a visitor whom nobody has seen. */
  readonly unknown: string
}
type Stated = DecideRequest['profile']

const named = (profile: Stated, { settings, identityKey }: Folding): Named => {
  const stated = Object.entries(profile).map(([type, value]) => ({ type, value }))
  const nodes = nodeIds(identityKey, normaliseIdentifiers(stated, settings))
  return { nodes, unknown: nodes[0] ?? nodeId(identityKey, stated[0] ?? { type: 'anonymousId', value: '' }) }
}

/** Whoever asks once often asks again: so many spellings need not be normalised and hashed anew. */
const mostNamed = 10_000
const lately = remembered((_settings: ProfileSettings, _identityKey: string) => createMemory<Named>(mostNamed))

export const nameOf = (profile: Stated, folding: Folding): Named =>
  lately(folding.settings, folding.identityKey)(JSON.stringify(profile), () => named(profile, folding))
