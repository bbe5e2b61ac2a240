import { z } from 'zod'
import type { SandboxReply } from '../../core/contract/sandbox.ts'
import type { Account, Stored } from './sandbox-account.ts'

export const ok = (json: unknown, status = 200): SandboxReply => ({ status, json })
export const accepted = (json: unknown): SandboxReply => ok(json, 202)
export const done: SandboxReply = { status: 204 }
/** An error in the form of JSON:API, as Klaviyo writes it. */
export const problem = (status: number, code: string, detail: string): SandboxReply => ({
  status,
  json: {
    errors: [{ id: 'f1b3', status, code, title: code, detail, source: { pointer: '/data/' }, links: {}, meta: {} }],
  },
})
export const notFound = problem(404, 'not_found', 'A resource could not be found.')
export const unauthorised = problem(401, 'authentication_failed', 'Incorrect authentication credentials.')

interface Resource {
  readonly type: string
  readonly id: string
}
/** A page of a collection. Cursors are opaque: here they hold an offset. */
export const listing = (
  resources: readonly Resource[],
  query: URLSearchParams,
  most: number,
  included: readonly Resource[] = [],
): SandboxReply => {
  const size = Number(query.get('page[size]') ?? Math.min(20, most))
  if (size > most) return problem(400, 'invalid', `page[size] must be at most ${most}`)
  const offset = Number(Buffer.from(query.get('page[cursor]') ?? '', 'base64url').toString() || 0)
  const isLast = offset + size >= resources.length
  const cursor = Buffer.from(String(offset + size)).toString('base64url')
  const next = isLast ? null : `https://a.klaviyo.com/api/?page%5Bcursor%5D=${cursor}`
  return ok({ data: resources.slice(offset, offset + size), included, links: { self: '', prev: null, next } })
}

export const shownProfile = ({ id, attributes, properties, consent, updated }: Stored, isWithConsent: boolean) => ({
  type: 'profile',
  id,
  attributes: {
    phone_number: null,
    external_id: null,
    ...attributes,
    properties,
    updated,
    ...(isWithConsent ? { subscriptions: { email: { marketing: { consent, suppression: [] } } } } : {}),
  },
})
export const shownJob = ({ id, status, total, errors }: Account['jobs'][number]) => ({
  type: 'profile-bulk-import-job',
  id,
  attributes: {
    status,
    total_count: total,
    completed_count: status === 'complete' ? total - errors.length : 0,
    failed_count: errors.length,
  },
})

const condition = /(any|equals|greater-than)\(([\w.]+),(\[[^\]]*\]|"[^"]*"|[^)]*)\)/g
const text = z.union([z.string(), z.array(z.string())])
export interface Condition {
  readonly operator: string
  readonly field: string
  readonly values: readonly string[]
}
/** `any(email,["a"]),greater-than(updated,2026-01-01T00:00:00Z)`: all of them must hold. */
export const conditionsIn = (filter: string): readonly Condition[] =>
  [...filter.matchAll(condition)].map(([, operator = '', field = '', given = '']) => ({
    operator,
    field,
    values: [/^["[]/.test(given) ? text.parse(JSON.parse(given)) : given].flat(),
  }))
export const fits = (held: (field: string) => unknown, conditions: readonly Condition[]): boolean =>
  conditions.every(({ operator, field, values }) => {
    const value = String(held(field) ?? '')
    if (operator !== 'greater-than') return values.map((one) => one.toLowerCase()).includes(value.toLowerCase())
    return Date.parse(value) > Date.parse(values[0] ?? '')
  })
