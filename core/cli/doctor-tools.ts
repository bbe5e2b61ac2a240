import type { Config } from '../config/load.ts'
import { checkTools } from '../flow/check-tools.ts'
import { type Finding, good, problem } from './finding.ts'

/** From here on a tool's times cannot be trusted: signatures of webhooks expire, and later changes look like earlier ones. */
const mostSkewS = 30

/** `skewS`: seconds by which a clock is ahead of ours; null: it does not tell. */
export const skewFinding = (subject: string, skewS: number | null): Finding => {
  if (skewS === null) return good(subject, 'does not tell its time')
  const found = `${Math.abs(skewS)} s ${skewS < 0 ? 'behind' : 'ahead'}`
  return Math.abs(skewS) > mostSkewS
    ? problem(subject, found, 'set the clock of this machine by NTP')
    : good(subject, skewS === 0 ? 'the same' : found)
}

/** The tools, asked from here while no hub runs. */
export const toolFindings = async (config: Config): Promise<readonly Finding[]> =>
  (await checkTools(config)).flatMap(({ connector, account, skewS, problem: failed }) =>
    failed === null
      ? [good(connector, `reaches ${account}`), skewFinding(`${connector}: the tool's clock`, skewS)]
      : [problem(connector, failed, 'correct its settings in hub.yaml')],
  )
