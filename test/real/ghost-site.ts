import { z } from 'zod'
import { tokenOf } from '../../plugins/ghost/api.ts'
import { type Asked, ask } from '../support/ask.ts'

/** The Ghost that the tests of this folder speak to; README.md says how to have one. */
export const { LEITSTERN_GHOST_URL: url = '', LEITSTERN_GHOST_ADMIN_KEY: adminKey = '' } = process.env

/** Appended to the name of a test that needs it: a skip line has to say why. */
export const needsGhost =
  url && adminKey ? '' : ' (skipped: LEITSTERN_GHOST_URL and LEITSTERN_GHOST_ADMIN_KEY are not both set)'

const members = z.object({
  members: z.tuple([
    z.object({ id: z.string(), note: z.string().nullable(), labels: z.array(z.object({ name: z.string() })) }),
  ]),
})
/** The Admin API, as the site's staff. Throws on every answer that is no good one. */
const asStaff = async (path: string, asked: Asked = {}): Promise<unknown> => {
  const headers = { authorization: `Ghost ${tokenOf(adminKey, Date.now())}`, 'content-type': 'application/json' }
  const { status, text, body } = await ask(`${url}/ghost/api/admin${path}`, { ...asked, headers })
  if (status >= 300) throw new Error(`asking Ghost, ${path}: ${status} ${text}`)
  return body
}

/** Somebody who signs up gets the newsletters; staff gave them a note and labels. Answers with the id. */
export const signUp = async (email: string, note: string, labels: readonly string[]): Promise<string> => {
  const member = { email, note, labels: labels.map((name) => ({ name })) }
  return members.parse(await asStaff('/members/', { json: { members: [member] } })).members[0].id
}
export const unsubscribe = (id: string): Promise<unknown> =>
  asStaff(`/members/${id}/`, { method: 'PUT', json: { members: [{ newsletters: [] }] } })
export const memberIn = async (id: string) => {
  const [{ note, labels }] = members.parse(await asStaff(`/members/${id}/`)).members
  return { note: note ?? '', labels: labels.map(({ name }) => name).sort() }
}
export const removeMember = (id: string): Promise<unknown> => asStaff(`/members/${id}/`, { method: 'DELETE' })
