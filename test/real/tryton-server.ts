import { z } from 'zod'
import { ask } from '../support/ask.ts'

/** The Tryton that the tests of this folder speak to; README.md says how to have one. */
export const { LEITSTERN_TRYTON_URL: baseUrl = '', LEITSTERN_TRYTON_PASSWORD: password = '' } = process.env

/** Appended to the name of a test that needs it: a skip line has to say why. */
export const needsTryton =
  baseUrl && password ? '' : ' (skipped: LEITSTERN_TRYTON_URL and LEITSTERN_TRYTON_PASSWORD are not both set)'

const session = z.tuple([z.number(), z.string()])
const call = async (method: string, params: readonly unknown[], authorization = ''): Promise<unknown> => {
  const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) }
  const { status, text, body } = await ask(baseUrl, { headers, json: { id: 1, method, params } })
  const { data } = z.object({ result: z.unknown() }).safeParse(body)
  if (status !== 200 || data === undefined) throw new Error(`asking Tryton, ${method}: ${status} ${text}`)
  return data.result
}
const signIn = async (): Promise<string> => {
  const [id, key] = session.parse(await call('common.db.login', ['admin', { password }, 'en']))
  return `Session ${Buffer.from(`admin:${id}:${key}`).toString('base64')}`
}
let signedIn: Promise<string> | undefined
/** One method on a model, as the administrator. */
const rpc = async (method: string, ...params: readonly unknown[]): Promise<unknown> => {
  signedIn ??= signIn()
  return call(`model.party.${method}`, [...params, {}], await signedIn)
}

const ids = z.tuple([z.number()])
const parties = z.tuple([z.object({ categories: z.array(z.number()), contact_mechanisms: z.array(z.number()) })])
const mechanisms = z.array(z.object({ type: z.string(), value: z.string() }))
const categories = z.array(z.object({ id: z.number(), name: z.string() }))

/** A party with an address, and with words in its field `other`. Answers with the id. */
export const makeParty = async (name: string, email: string, other: string): Promise<number> => {
  const ways = [
    { type: 'email', value: email },
    { type: 'other', value: other },
  ]
  return ids.parse(await rpc('party.create', [{ name, contact_mechanisms: [['create', ways]] }]))[0]
}
export const partyIn = async (id: number) => {
  const [party] = parties.parse(await rpc('party.read', [id], ['categories', 'contact_mechanisms']))
  const ways = mechanisms.parse(await rpc('contact_mechanism.read', party.contact_mechanisms, ['type', 'value']))
  const names = categories.parse(await rpc('category.read', party.categories, ['name']))
  return {
    other: ways.find(({ type }) => type === 'other')?.value ?? null,
    categories: names.map(({ name }) => name).sort(),
  }
}
/** Takes a party out of a category, as somebody at the screen would. */
export const takeOut = async (id: number, category: string): Promise<void> => {
  const [{ categories: held }] = parties.parse(await rpc('party.read', [id], ['categories', 'contact_mechanisms']))
  const names = categories.parse(await rpc('category.read', held, ['name']))
  const leaving = names.filter(({ name }) => name === category).map((found) => found.id)
  if (leaving.length === 0) throw new Error(`taking a party out of ${category}: it is not in it`)
  await rpc('party.write', [id], { categories: [['remove', leaving]] })
}
export const removeParty = (id: number): Promise<unknown> => rpc('party.delete', [id])
