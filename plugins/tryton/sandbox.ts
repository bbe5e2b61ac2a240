import { z } from 'zod'
import type { Sandbox, SandboxFactory, SandboxReply, SandboxRequest } from '../../core/contract/sandbox.ts'
import { database, emailOf, newDatabase, refusedAddress, seed, seen } from './sandbox-database.ts'
import { methods } from './sandbox-methods.ts'
import { pageOf } from './sandbox-page.ts'
import { UserError } from './sandbox-write.ts'

const [user, password] = ['hub', 'sandbox-password']
const session = [7, 'a-sandbox-session'] as const
const authorization = `Session ${Buffer.from(`${user}:${session.join(':')}`).toString('base64')}`
/** Tryton has no fields of one's own: these stand for those that a test asks for. */
const standIns: Readonly<Record<string, string>> = {
  ls_text: 'other',
  ls_other: 'skype',
  ls_link: 'website',
  ls_seen: 'irc',
  ls_new: 'sip',
}

const request = z.object({ id: z.number(), method: z.string(), params: z.array(z.unknown()) })
const credentials = z.tuple([z.string(), z.object({ password: z.string() }), z.string()])
const unauthorized: SandboxReply = { status: 401, headers: { 'content-type': 'text/html' }, text: '' }

/** A Tryton database in small. */
export const sandbox: SandboxFactory = ({ now, account }) => {
  let held = newDatabase(account)
  const settings = (baseUrl: string) => ({ baseUrl: `${baseUrl}/hub/`, user, password })
  const run = (id: number, method: string, params: readonly unknown[]): SandboxReply => {
    try {
      const result = methods[method]?.({ held, params, now: now() })
      return { status: 200, json: { id, result } }
    } catch (error) {
      if (error instanceof UserError)
        return { status: 200, json: { id, error: ['UserError', [error.message, '', null]] } }
      return { status: 200, json: { id, error: [String(error), ''] } }
    }
  }
  const login = (id: number, params: readonly unknown[]): SandboxReply => {
    const [name, given] = credentials.parse(params)
    if (name !== user || given.password !== password) return unauthorized
    return { status: 200, json: { id, result: session } }
  }
  const handle = ({ method: verb, path, headers, body }: SandboxRequest): SandboxReply => {
    const asked = request.safeParse(body).data
    if (verb !== 'POST' || path !== '/hub/' || !asked) return { status: 404, text: '' }
    const { id, method, params } = asked
    if (method === 'common.db.login') return login(id, params)
    if (headers.authorization !== authorization) return unauthorized
    return methods[method] ? run(id, method, params) : { status: 403, text: '' }
  }
  const active = () => held.parties.filter((party) => party.active)
  return {
    settings,
    wrongSettings: (baseUrl) => ({ ...settings(baseUrl), password: 'another-password' }),
    handle,
    // What Tryton does is a transaction, and never half.
    half: () => null,
    state: () => structuredClone(held),
    restore: (state) => {
      held = database.parse(state)
    },
    seed: (contacts) => {
      for (const [index, contact] of contacts.entries()) seed(held, contact, now() - (contacts.length - 1 - index))
    },
    contacts: () =>
      active()
        .map((party) => seen(held, party))
        .sort((a, b) => (a.email < b.email ? -1 : 1)),
    page: (email) => {
      const found = active().find((party) => emailOf(party).toLowerCase() === email.toLowerCase())
      return pageOf(email, found ? seen(held, found) : null)
    },
    fieldFor: (name) => standIns[name] ?? name,
    refused: refusedAddress,
  } satisfies Sandbox
}
