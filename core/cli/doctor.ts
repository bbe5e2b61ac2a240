import { z } from 'zod'
import { columns } from './columns.ts'
import { command } from './command.ts'
import type { Finding } from './finding.ts'

const marks = { good: 'ok', note: 'note', problem: 'PROBLEM' } as const satisfies Record<Finding['state'], string>
const linesOf = (findings: readonly Finding[]): readonly string[] =>
  columns(
    findings.map(({ state, subject, found, next }) => [
      marks[state],
      subject,
      next === undefined ? found : `${found} -> ${next}`,
    ]),
  )

export const doctorCommand = command({
  usage: 'doctor',
  summary: 'look for what is wrong: machine, config, hub, connectors, store; each finding says what to do',
  options: [['--quick', 'do not look through the store']],
  input: z.object({ quick: z.boolean().default(false) }),
  run: async ({ quick }, call) => {
    // All that it looks through is needed by no other command: they start faster without it.
    const { diagnose } = await import('./diagnosis.ts')
    const findings = await diagnose(call, quick)
    call.tell({ findings }, linesOf(findings))
    return findings.some(({ state }) => state === 'problem') ? 1 : 0
  },
})
