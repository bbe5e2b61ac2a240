import { z } from 'zod'
import { type ConnectorShape, checked, connectorShape } from '../api/connector-shape.ts'
import { aboutShape } from '../api/upkeep.ts'
import { version } from '../flow/project.ts'
import type { Client } from './client.ts'
import { connectorPath } from './connectors.ts'
import { skewFinding } from './doctor-tools.ts'
import { type Finding, good, messageOf, note, problem } from './finding.ts'

const list = z.object({ connectors: z.array(connectorShape) })
/** What a hub is behind by when it does not come to rest. */
const mostLagS = 300

const versionFindings = async (hub: Client): Promise<readonly Finding[]> => {
  const about = await hub.get('/v1/about', aboutShape)
  const skewS = Math.round((Date.parse(about.at) - Date.now()) / 1_000)
  return [
    about.version === version
      ? good('version', `${about.version}, Node ${about.node}`)
      : note(
          'version',
          `the hub runs ${about.version}, this command is ${version}`,
          'restart the hub to bring it to this version',
        ),
    skewFinding("the hub's clock", skewS),
  ]
}

const stateFindings = ({ id, health, problem: reason, deadLetters, lagS }: ConnectorShape): readonly Finding[] => [
  ...(health === 'failing' ? [problem(id, 'its calls fail', "see the hub's log, and whether the tool is up")] : []),
  ...(deadLetters > 0
    ? [
        problem(
          id,
          `${deadLetters} dead letters`,
          `read /v1/connectors/${id}/dead-letters, then: leitstern replay ${id}`,
        ),
      ]
    : []),
  ...(lagS > mostLagS && reason === null
    ? [problem(id, `its oldest change waits for ${lagS} s`, "see the hub's log, and its limits in hub.yaml")]
    : []),
]

const checkFindings = async (hub: Client, one: ConnectorShape): Promise<readonly Finding[]> => {
  if (one.health === 'off') return [note(one.id, 'is off', `leitstern phase ${one.id} observe`)]
  try {
    const { account, skewS } = await hub.post(connectorPath(one.id, '/check'), checked)
    return [
      good(one.id, `reaches ${account}`),
      skewFinding(`${one.id}: the tool's clock`, skewS),
      ...stateFindings(one),
    ]
  } catch (error) {
    return [problem(one.id, messageOf(error), `correct its settings in hub.yaml, then: leitstern doctor`)]
  }
}

/** The running hub: its version and clock, and each connector's check. */
export const hubFindings = async (hub: Client): Promise<readonly Finding[]> => {
  const { connectors } = await hub.get('/v1/connectors', list)
  const checks = await Promise.all(connectors.map((one) => checkFindings(hub, one)))
  return [...(await versionFindings(hub)), ...checks.flat()]
}
