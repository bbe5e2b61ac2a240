import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { ApiKey } from '../store/stored.ts'
import type { Core } from './core.ts'
import type { Admitted, Keys, KeyView, KeyWish } from './operations.ts'

export const allScopes = ['ingest', 'decide', 'read', 'author', 'publish', 'admin'] as const
/** What a public key may have at most. */
export const browserScopes: readonly string[] = ['ingest', 'decide']

/** 256 bits of chance need no slow hash. */
const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex')
const equal = (a: string, b: string): boolean => timingSafeEqual(Buffer.from(a), Buffer.from(b))
const secret = (): string => randomBytes(32).toString('base64url')

const viewOf = ({ id, name, scopes, createdAt, browser }: ApiKey): KeyView => ({
  id,
  name,
  scopes,
  createdAt: new Date(createdAt).toISOString(),
  kind: browser === undefined ? 'secret' : 'public',
  origins: browser?.origins ?? [],
})

const admittedBy = ({ name, scopes, browser }: ApiKey): Admitted => ({
  actor: browser === undefined ? { name } : { name, browser },
  scopes,
})

/** So many presented keys are remembered, so that a request costs no hashing. Only good ones: guesses push nobody out. */
const mostRemembered = 1_000
/** The keys as they stand. Every change makes a new ring, so that nothing remembered outlives a revocation. */
const ringOf = (stored: readonly ApiKey[], adminHash: string) => {
  const active = stored.filter((key) => key.revokedAt === null)
  const byHash = new Map(active.map((key) => [key.hash, key]))
  const origins = new Set(active.flatMap(({ browser }) => browser?.origins ?? []))
  const remembered = new Map<string, Admitted>()
  const find = (presented: string): Admitted | null => {
    const hash = hashOf(presented)
    if (equal(hash, adminHash)) return { actor: { name: 'admin' }, scopes: allScopes }
    const key = byHash.get(hash)
    return key === undefined ? null : admittedBy(key)
  }
  return {
    active,
    knowsOrigin: (origin: string): boolean => origins.has(origin),
    admit: (presented: string): Admitted | null => {
      const known = remembered.get(presented)
      if (known !== undefined) return known
      const found = find(presented)
      if (found !== null && remembered.size < mostRemembered) remembered.set(presented, found)
      return found
    },
  }
}

type Ring = ReturnType<typeof ringOf>

const made = (
  { name, scopes, origins }: KeyWish,
  createdAt: number,
): { readonly key: ApiKey; readonly told: string } => {
  const id = randomBytes(6).toString('hex')
  const told = `${origins === undefined ? 'ls' : 'lspub'}_${id}_${secret()}`
  const browser = origins === undefined ? {} : { browser: { origins, signingSecret: `lssign_${secret()}` } }
  return { told, key: { id, name, hash: hashOf(told), scopes, createdAt, revokedAt: null, ...browser } }
}

/** API keys: told once, stored as hashes. The admin key comes from outside and has every scope. */
export const createKeys = (core: Core, adminKey: string): Keys => {
  const adminHash = hashOf(adminKey)
  let ring: Ring | Promise<Ring> | null = null
  const read = (): Promise<Ring> => {
    const reading = core.store.apiKeys().then(
      (keys) => {
        const made = ringOf(keys, adminHash)
        // Unless the keys have changed while they were read.
        if (ring === reading) ring = made
        return made
      },
      (error: unknown) => {
        if (ring === reading) ring = null
        throw error
      },
    )
    return reading
  }
  const current = (): Ring | Promise<Ring> => {
    ring ??= read()
    return ring
  }
  const save = async (key: ApiKey, actor: string, action: string) => {
    const { name, scopes, browser } = key
    const detail = { name, scopes, ...(browser && { origins: browser.origins }) }
    await core.writer.run('front', () =>
      core.store.saveApiKey(key, { at: core.now(), actor, action, subject: key.id, detail }),
    )
    ring = null
  }
  return {
    authenticate: (presented) => {
      const now = current()
      return now instanceof Promise ? now.then(({ admit }) => admit(presented)) : now.admit(presented)
    },
    knowsOrigin: async (origin) => (await current()).knowsOrigin(origin),
    keys: async () => (await current()).active.map(viewOf),
    createKey: async (wish, actor) => {
      const { key, told } = made(wish, core.now())
      await save(key, actor.name, 'create key')
      return { ...viewOf(key), key: told, signingSecret: key.browser?.signingSecret }
    },
    revokeKey: async (id, actor) => {
      const key = (await current()).active.find((each) => each.id === id)
      if (key === undefined) return false
      await save({ ...key, revokedAt: core.now() }, actor.name, 'revoke key')
      return true
    },
  }
}
