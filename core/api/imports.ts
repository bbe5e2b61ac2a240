import { z } from 'zod'
import type { Imports } from '../flow/operations.ts'
import { type Facts, type Route, route } from './route.ts'

const refused = z.object({
  code: z.string().max(100),
  count: z.int().nonnegative(),
  lines: z.array(z.int()).max(10).describe('The first ones'),
})
/** How far a file has come: what its sender notes after each request, to go on there after a break. */
export const importProgress = z
  .object({
    position: z.int().nonnegative().describe('So many messages and unreadable lines of the file are done with'),
    accepted: z.int().nonnegative(),
    repeated: z.int().nonnegative(),
    refused: z.array(refused).max(100),
  })
  .meta({ id: 'ImportProgress' })
export const notedProgress = z.object({ progress: importProgress.nullable() })

const params = z.object({
  id: z
    .string()
    .regex(/^[0-9a-f]{32}$/, '32 hex digits')
    .describe('Names the file by its content, and how it is read'),
})
const facts = {
  tag: 'ingest',
  scope: 'ingest',
  path: '/v1/imports/:id',
  response: notedProgress,
} as const satisfies Partial<Facts>

export const importRoutes = (operations: Imports): readonly Route[] => [
  route({
    ...facts,
    id: 'importProgress',
    method: 'get',
    summary: 'How far the import of a file had come that was not finished; null where nothing is noted',
    input: z.object({ params }),
    handle: async ({ params: { id } }, { actor }) => ({ progress: await operations.importProgress(id, actor) }),
  }),
  route({
    ...facts,
    id: 'noteImportProgress',
    method: 'post',
    summary: 'Notes how far the import of a file has come',
    input: z.object({ params, body: importProgress }),
    handle: async ({ params: { id }, body }, { actor }) => {
      await operations.noteImport(id, body, actor)
      return { progress: body }
    },
  }),
  route({
    ...facts,
    id: 'forgetImportProgress',
    method: 'delete',
    summary: 'Forgets it: the file is done with, or starts over',
    input: z.object({ params }),
    handle: async ({ params: { id } }, { actor }) => {
      await operations.noteImport(id, null, actor)
      return { progress: null }
    },
  }),
]
