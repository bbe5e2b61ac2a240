import { z } from 'zod'
import type { Upkeep } from '../flow/operations.ts'
import { instant } from './list.ts'
import { type Facts, nothing, type Route, route } from './route.ts'
import { fileAnswer } from './send.ts'

export const aboutShape = z
  .object({ version: z.string(), node: z.string().describe("Node's version"), at: instant.describe("The hub's clock") })
  .meta({ id: 'About' })

const facts = { method: 'get', tag: 'operations', scope: 'admin', input: nothing } as const satisfies Partial<Facts>

export const upkeepRoutes = (operations: Upkeep): readonly Route[] => [
  route({
    ...facts,
    id: 'about',
    path: '/v1/about',
    summary: 'Which Leitstern this is',
    response: aboutShape,
    handle: async () => operations.about(),
  }),
  route({
    ...facts,
    id: 'backup',
    path: '/v1/backup',
    summary: 'A consistent copy of the store, made while the hub goes on working: a SQLite database',
    file: 'application/vnd.sqlite3',
    response: fileAnswer,
    handle: (_, { actor }) => operations.backup(actor),
  }),
]
