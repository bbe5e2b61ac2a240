import { z } from 'zod'
import type { Contact } from '../../core/contract/change.ts'
import type { Wire } from './settings.ts'

const user = z.object({
  identity: z.looseObject({ onesignal_id: z.string() }),
  properties: z.object({ tags: z.record(z.string(), z.unknown()).nullish() }).nullish(),
})
/** A user as OneSignal holds it. */
export type User = z.output<typeof user>
export const idOf = ({ identity }: User): string => identity.onesignal_id

export interface Alias {
  readonly label: string
  readonly id: string
}
/** What a contact is found by while OneSignal has not told its own id. */
export const aliasOf = ({ settings }: Wire, { key }: Contact): Alias =>
  key.type === 'email'
    ? { label: settings.emailAlias, id: key.value.toLowerCase() }
    : { label: 'external_id', id: key.value }

const usersPath = ({ settings: { appId } }: Wire) => `/apps/${encodeURIComponent(appId)}/users`
const pathOf = (ctx: Wire, { label, id }: Alias): string =>
  `${usersPath(ctx)}/by/${encodeURIComponent(label)}/${encodeURIComponent(id)}`

const lookUp = async (ctx: Wire, alias: Alias): Promise<User | null> => {
  const reply = z.union([user, z.object({ errors: z.unknown() })])
  const { status, body } = await ctx.http({ method: 'GET', path: pathOf(ctx, alias), accept: [404], reply })
  return status === 404 || !('identity' in body) ? null : body
}
/** First by OneSignal's own id, then by alias; `null` where there is none. */
export const find = async (ctx: Wire, contact: Contact): Promise<User | null> => {
  const { remoteId } = contact
  const known = remoteId === undefined ? null : await lookUp(ctx, { label: 'onesignal_id', id: remoteId })
  return known ?? lookUp(ctx, aliasOf(ctx, contact))
}

type Tags = Readonly<Record<string, string>>
const problem = z.object({ errors: z.unknown().optional() })
/** How OneSignal took a write. Good news says nothing of what became of it: it comes with 202, before anything is done. */
export interface Taken {
  readonly isRefused: boolean
  readonly said: unknown
}
const send = async (ctx: Wire, method: 'POST' | 'PATCH', path: string, json: unknown): Promise<Taken> => {
  const { status, body } = await ctx.http({ method, path, json, accept: [400, 409], reply: problem })
  return { isRefused: status >= 400, said: body.errors }
}
export const createUser = (ctx: Wire, { label, id }: Alias, tags: Tags): Promise<Taken> =>
  send(ctx, 'POST', usersPath(ctx), { identity: { [label]: id }, properties: { tags } })
export const writeTags = (ctx: Wire, id: string, tags: Tags): Promise<Taken> =>
  send(ctx, 'PATCH', pathOf(ctx, { label: 'onesignal_id', id }), { properties: { tags } })
export const deleteUser = (ctx: Wire, id: string) =>
  ctx.http({
    method: 'DELETE',
    path: pathOf(ctx, { label: 'onesignal_id', id }),
    accept: [404],
    reply: z.unknown(),
  })
