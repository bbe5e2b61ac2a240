import { z } from 'zod'
import { type ConnectorShape, connectorShape, replayed, setupShape } from '../api/connector-shape.ts'
import { columns } from './columns.ts'
import { command } from './command.ts'

const connectorList = z.object({ connectors: z.array(connectorShape) })

const heads = ['connector', 'channel', 'phase', 'health', 'contacts', 'pending', 'dead letters', 'lag', 'account']
const rowOf = (one: ConnectorShape): readonly string[] => [
  one.sandbox === null ? one.id : `${one.id} (sandbox)`,
  one.channel,
  one.phase,
  one.problem === null ? one.health : `${one.health}: ${one.problem}`,
  ...[one.contacts, one.pending, one.deadLetters].map(String),
  `${one.lagS} s`,
  one.account ?? '',
]

export const connectorsCommand = command({
  usage: 'connectors',
  summary: 'list the connectors: phase, health, lag',
  input: z.object({}),
  run: async (_, { hub, tell }) => {
    const { connectors } = await hub.get('/v1/connectors', connectorList)
    tell({ connectors }, columns([heads, ...connectors.map(rowOf)]))
    return connectors.some(({ health }) => health === 'paused' || health === 'failing') ? 1 : 0
  },
})

/** The path of something that belongs to a connector. */
export const connectorPath = (id: string, rest = ''): string => `/v1/connectors/${encodeURIComponent(id)}${rest}`

export const setupCommand = command({
  usage: 'connectors setup <connector>',
  summary: 'create in the tool the fields that the map needs',
  input: z.object({ connector: z.string() }),
  run: async ({ connector }, { hub, tell }) => {
    const report = await hub.post(connectorPath(connector, '/setup'), setupShape)
    tell(report, [
      ...report.created.map((line) => `created: ${line}`),
      ...report.present.map((line) => `there already: ${line}`),
      ...report.manual.map((line) => `to do in the tool: ${line}`),
    ])
    return 0
  },
})

export const replayCommand = command({
  usage: 'replay <connector>',
  summary: 'put back in the queue what was given up: dead letters, and fields that were left to others',
  input: z.object({ connector: z.string() }),
  run: async ({ connector }, { hub, tell }) => {
    const answer = await hub.post(connectorPath(connector, '/replay'), replayed)
    tell(answer, [`${connector}: ${answer.replayed} put back in the queue`])
    return 0
  },
})
