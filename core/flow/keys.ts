import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { ApiKey } from '../store/port.ts'
import type { Core } from './core.ts'
import type { Keys, KeyView } from './operations.ts'

export const allScopes = ['ingest', 'decide', 'read', 'author', 'publish', 'admin'] as const
/** 256 bits of chance need no slow hash. */
const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex')
const viewOf = ({ id, name, scopes, createdAt }: ApiKey): KeyView => ({
  id,
  name,
  scopes,
  createdAt: new Date(createdAt).toISOString(),
})
const equal = (a: string, b: string): boolean => timingSafeEqual(Buffer.from(hashOf(a)), Buffer.from(hashOf(b)))

/** API keys: told once, stored as hashes. The admin key comes from outside and has every scope. */
export const createKeys = (core: Core, adminKey: string): Keys => {
  let cache: Promise<ReadonlyMap<string, ApiKey>> | null = null
  const active = () => {
    cache ??= core.store
      .apiKeys()
      .then((keys) => new Map(keys.filter((key) => key.revokedAt === null).map((key) => [key.hash, key])))
    return cache
  }
  const save = async (key: ApiKey, actor: string, action: string) => {
    await core.writer.run('front', () =>
      core.store.saveApiKey(key, {
        at: core.now(),
        actor,
        action,
        subject: key.id,
        detail: { name: key.name, scopes: key.scopes },
      }),
    )
    cache = null
  }
  return {
    authenticate: async (presented) => {
      if (equal(presented, adminKey)) return { actor: { name: 'admin' }, scopes: allScopes }
      const key = (await active()).get(hashOf(presented))
      return key === undefined ? null : { actor: { name: key.name }, scopes: key.scopes }
    },
    keys: async () => [...(await active()).values()].map(viewOf),
    createKey: async (name, scopes, actor) => {
      const id = randomBytes(6).toString('hex')
      const secret = `ls_${id}_${randomBytes(32).toString('base64url')}`
      const key: ApiKey = { id, name, hash: hashOf(secret), scopes, createdAt: core.now(), revokedAt: null }
      await save(key, actor.name, 'create key')
      return { ...viewOf(key), key: secret }
    },
    revokeKey: async (id, actor) => {
      const key = [...(await active()).values()].find((each) => each.id === id)
      if (key === undefined) return false
      await save({ ...key, revokedAt: core.now() }, actor.name, 'revoke key')
      return true
    },
  }
}
