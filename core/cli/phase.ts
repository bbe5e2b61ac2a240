import { z } from 'zod'
import { type ConnectorShape, connectorShape, gateShape, phased, wishedPhase } from '../api/connector-shape.ts'
import { coherenceShape } from '../api/reports.ts'
import { command } from './command.ts'
import { connectorPath } from './connectors.ts'

type Wished = z.output<typeof wishedPhase>
const effects: Readonly<Record<Wished, string>> = {
  off: 'nothing is read from it or written to it any more',
  observe: 'it is only read; nothing is written',
  shadow: 'what would be written is computed and recorded; nothing is written',
  pilot: 'it is written to for the customers of its rollout only',
  live: 'it is written to for every customer in scope',
}
const writes: readonly string[] = ['pilot', 'live', 'retiring'] satisfies readonly ConnectorShape['phase'][]

type Channel = z.output<typeof coherenceShape>['channels'][number]
const figures = (
  { contacts, pending, deadLetters }: ConnectorShape,
  channel: Channel | undefined,
): readonly string[] => [
  `contacts: ${contacts}, pending: ${pending}, dead letters: ${deadLetters}`,
  ...(channel
    ? [
        `${channel.inScope} in scope; the tool holds the hub's decision for ${channel.agreed} of them, before the first write for ${channel.agreedBefore}`,
      ]
    : []),
]

const consequences = (from: string, to: Wished, channel: Channel | undefined): readonly string[] => [
  `${from} -> ${to}: ${effects[to]}`,
  ...(writes.includes(from) && !writes.includes(to)
    ? ['on the way it passes through retiring: what the hub wrote is taken back first']
    : []),
  ...(to === 'live' && from !== 'live' ? [`up to ${channel?.inScope ?? 0} contacts will be written to`] : []),
]

const gates = z.object({ gates: z.array(gateShape) })
const gateLine = ({ gate, met, required, found, wanted }: z.output<typeof gateShape>): string =>
  `${met ? 'met' : required ? 'MISSING' : 'not met'}: ${gate}: ${found}${met ? '' : `; wanted: ${wanted}`}`

export const phaseCommand = command({
  usage: 'phase <connector> <phase>',
  summary: 'say what moving a connector to another phase would do; with --yes, do it',
  options: [['--yes', 'do it']],
  input: z.object({ connector: z.string(), phase: wishedPhase, yes: z.boolean().default(false) }),
  run: async ({ connector, phase, yes }, { hub, shell, tell }) => {
    const present = await hub.get(connectorPath(connector), connectorShape)
    const { channels } = await hub.get('/v1/reports/coherence', coherenceShape)
    const channel = channels.find((one) => one.connector === connector)
    const { title, phase: from, phaseSince } = present
    const asked = await hub.get(`${connectorPath(connector, '/gates')}?phase=${phase}`, gates)
    const lines = [
      `${connector} (${title}): ${from} since ${phaseSince}`,
      ...figures(present, channel),
      ...consequences(from, phase, channel),
      ...asked.gates.map(gateLine),
    ]
    if (!yes) {
      tell({ connector, from, to: phase, done: false, explanation: lines }, lines)
      shell.err('Nothing was changed: add --yes to do it.')
      return 2
    }
    const answer = await hub.post(connectorPath(connector, '/phase'), phased, { phase })
    tell({ connector, from, to: answer.phase, done: true, explanation: lines }, [...lines, `now: ${answer.phase}`])
    return 0
  },
})
