import type { allScopes } from '../flow/keys.ts'

/** What a key may do. `admin` includes all others. */
export type Scope = (typeof allScopes)[number]

export const mayUse = (held: readonly string[], scope: Scope): boolean => held.includes(scope) || held.includes('admin')
