import { z } from 'zod'
import type { ToolField } from '../../core/contract/connector.ts'
import { ask, attempt } from './ask.ts'
import { create } from './collection.ts'
import { path, type Wire } from './settings.ts'
import { among, query } from './soql.ts'

const name = 'Leitstern'
const row = z.object({ Id: z.string() })
const made = z.object({ id: z.string(), success: z.literal(true) })

const makeSet = async (ctx: Wire): Promise<string | null> => {
  const json = { Name: name, Label: name, Description: 'Fields that the hub writes' }
  const call = { method: 'POST', path: path('/sobjects/PermissionSet'), json, accept: [400, 403], reply: made } as const
  const answer = await attempt(ctx, call)
  if (!answer.done) return null
  const reply = z.object({ user_id: z.string() })
  const user = await ask(ctx, { method: 'GET', path: '/services/oauth2/userinfo', reply })
  await create(ctx, 'PermissionSetAssignment', [{ PermissionSetId: answer.body.id, AssigneeId: user.user_id }])
  return answer.body.id
}
const permissionSet = async (ctx: Wire): Promise<string | null> => {
  const [found] = await query(ctx, `SELECT Id FROM PermissionSet WHERE Name = '${name}'`, row)
  return found?.Id ?? makeSet(ctx)
}

/**
 * A new field is hidden from everybody, the user who made it included, until some permission set shows it. Where that fails,
 * it stays hidden.
 */
export const grantAccess = async (ctx: Wire, fields: readonly ToolField[]): Promise<void> => {
  const { object } = ctx.settings
  const ParentId = await permissionSet(ctx)
  if (ParentId === null) return
  const names = fields.map((field) => `${object}.${field.name}`)
  const field = z.object({ Field: z.string() })
  const where = `ParentId = '${ParentId}' AND Field IN ${among(names)}`
  const known = await query(ctx, `SELECT Field FROM FieldPermissions WHERE ${where}`, field)
  const open = names.filter((Field) => !known.some((granted) => granted.Field === Field))
  const rights = { ParentId, SobjectType: object, PermissionsRead: true, PermissionsEdit: true }
  await create(
    ctx,
    'FieldPermissions',
    open.map((Field) => ({ ...rights, Field })),
  )
}
