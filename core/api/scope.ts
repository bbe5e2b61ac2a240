/** What a key may do. `admin` includes all others. */
export const scopes = ['ingest', 'decide', 'read', 'author', 'publish', 'admin'] as const
export type Scope = (typeof scopes)[number]

export const mayUse = (held: readonly string[], scope: Scope): boolean => held.includes(scope) || held.includes('admin')
