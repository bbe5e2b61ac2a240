import { z } from 'zod'
import { createdKey, keyShape } from '../api/keys.ts'
import { columns } from './columns.ts'
import { command } from './command.ts'

const list = z.object({ keys: z.array(keyShape) })
const rowOf = ({ id, name, kind, scopes, origins, createdAt }: z.output<typeof keyShape>): readonly string[] => [
  id,
  name,
  kind,
  scopes.join(' '),
  createdAt,
  origins.join(' '),
]

const listing = {
  summary: 'list the API keys, without the keys themselves',
  alone: true,
  input: z.object({}),
} as const
const listCommands = ['keys', 'keys list'].map((usage) =>
  command({
    ...listing,
    usage,
    run: async (_, { hub, tell }) => {
      const { keys } = await hub.get('/v1/keys', list)
      tell({ keys }, columns([['id', 'name', 'kind', 'scopes', 'created', 'origins'], ...keys.map(rowOf)]))
      return 0
    },
  }),
)

/** What pages may do at most. */
const ofPages = ['ingest', 'decide']
const wish = z
  .object({
    name: z.string(),
    scope: z.array(z.string()).optional(),
    public: z.boolean().default(false),
    origin: z.array(z.string()).optional(),
  })
  .refine((given) => given.public || given.scope !== undefined, {
    path: ['scope'],
    error: 'state at least one: --scope ingest decide',
  })
  .refine((given) => given.public === (given.origin !== undefined), {
    path: ['origin'],
    error: '--public and --origin go together: a public key is bound to the origins of its pages',
  })

const createCommand = command({
  usage: 'keys create <name>',
  summary: 'create an API key; its name is the source of what is sent with it',
  options: [
    ['--scopes, --scope <scopes...>', 'what it may do: ingest, decide, read, author, publish, admin'],
    ['--public', 'for browsers: it may ingest and decide, by anonymousId only'],
    ['--origin <origin...>', 'of a public key: whose pages may use it, such as https://shop.example'],
  ],
  alone: true,
  input: wish,
  run: async ({ name, scope: scopes = ofPages, origin }, { hub, shell, tell }) => {
    const key = await hub.post('/v1/keys', createdKey, { name, scopes, ...(origin && { origins: origin }) })
    const secret = key.signingSecret
    tell(key, [
      key.key,
      ...(secret === undefined ? [] : [`for the site's server alone, to sign who somebody is: ${secret}`]),
    ])
    shell.err(`This is the only time that the key ${key.id} (${name}) is told.`)
    return 0
  },
})

const revokeCommand = command({
  usage: 'keys revoke <id>',
  summary: 'revoke an API key at once',
  alone: true,
  input: z.object({ id: z.string() }),
  run: async ({ id }, { hub, tell }) => {
    const answer = await hub.delete(`/v1/keys/${encodeURIComponent(id)}`, z.object({ revoked: z.literal(true) }))
    tell(answer, [`key ${id} is revoked`])
    return 0
  },
})

export const keyCommands = [...listCommands, createCommand, revokeCommand]
