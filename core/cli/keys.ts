import { z } from 'zod'
import { createdKey, keyShape } from '../api/keys.ts'
import { columns } from './columns.ts'
import { command } from './command.ts'

const list = z.object({ keys: z.array(keyShape) })

const listing = {
  summary: 'list the API keys, without the keys themselves',
  input: z.object({}),
}
const listCommands = ['keys', 'keys list'].map((usage) =>
  command({
    ...listing,
    usage,
    run: async (_, { hub, tell }) => {
      const { keys } = await hub.get('/v1/keys', list)
      const rows = keys.map(({ id, name, scopes, createdAt }) => [id, name, scopes.join(' '), createdAt])
      tell({ keys }, columns([['id', 'name', 'scopes', 'created'], ...rows]))
      return 0
    },
  }),
)

const createCommand = command({
  usage: 'keys create <name>',
  summary: 'create an API key; its name is the source of what is sent with it',
  options: [['--scope <scope...>', 'what it may do: ingest, decide, read, author, publish, admin']],
  input: z.object({ name: z.string(), scope: z.array(z.string(), { error: 'state at least one --scope' }) }),
  run: async ({ name, scope }, { hub, shell, tell }) => {
    const key = await hub.post('/v1/keys', createdKey, { name, scopes: scope })
    tell(key, [key.key])
    shell.err(`This is the only time that the key ${key.id} (${name}) is told.`)
    return 0
  },
})

const revokeCommand = command({
  usage: 'keys revoke <id>',
  summary: 'revoke an API key at once',
  input: z.object({ id: z.string() }),
  run: async ({ id }, { hub, tell }) => {
    const answer = await hub.delete(`/v1/keys/${encodeURIComponent(id)}`, z.object({ revoked: z.literal(true) }))
    tell(answer, [`key ${id} is revoked`])
    return 0
  },
})

export const keyCommands = [...listCommands, createCommand, revokeCommand]
