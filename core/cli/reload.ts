import { z } from 'zod'
import { configPlan, reloaded } from '../api/config.ts'
import { command } from './command.ts'

const planLines = ({ changed, connectors }: z.output<typeof configPlan>): readonly string[] => [
  changed.length === 0 ? 'nothing of the config has changed' : `would be taken over: ${changed.join(', ')}`,
  ...connectors.map(
    ({ connector, contacts, writes }) => `${connector}: ${writes} of ${contacts} contacts are written to`,
  ),
]

export const reloadCommand = command({
  usage: 'reload',
  summary: 'have the hub read its config and rule files again, now; with --plan, say what that would do',
  options: [['--plan', 'change nothing, and say which contacts would be written to']],
  input: z.object({ plan: z.boolean().default(false) }),
  run: async ({ plan }, { hub, tell }) => {
    if (plan) {
      const foreseen = await hub.post('/v1/config/plan', configPlan)
      tell(foreseen, planLines(foreseen))
      return 0
    }
    const answer = await hub.post('/v1/config/reload', reloaded)
    const { changed, waiting } = answer
    tell(answer, [
      changed.length === 0 ? 'nothing of the config has changed' : `taken over: ${changed.join(', ')}`,
      ...waiting.map(({ kind, key, change }) => `waits for "leitstern publish": ${kind} ${key} (${change})`),
    ])
    return 0
  },
})
